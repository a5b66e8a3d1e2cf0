"""Backups: one file that holds an installation or a whole instance, restored anywhere and proven by restoring it."""
