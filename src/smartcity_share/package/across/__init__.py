"""Whether the parts of an app say the same: manifest, entry point, code, tables, pages, catalogues (docs/adr/0015)."""
