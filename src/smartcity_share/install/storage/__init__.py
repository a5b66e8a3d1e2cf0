"""The ports of an installation on the embedded default: SQLite files and local folders."""
