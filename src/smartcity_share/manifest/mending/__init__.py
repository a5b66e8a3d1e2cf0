"""Mending a manifest: the faults whose mend is certain, in the author's own text, and nothing else of it."""
