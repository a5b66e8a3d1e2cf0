"""A connector that keeps messages as files."""
