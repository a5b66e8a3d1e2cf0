"""Make an app the region's own: planned, applied as named steps, recorded in the ledger."""
