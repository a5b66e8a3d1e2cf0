"""Signed catalogues: which release is whose, as static files that any web server or USB stick can carry (docs/adr/0030)."""
