"""Bringing an app to a new version in many regions: in waves, with an approval between them (docs/adr/0026)."""
