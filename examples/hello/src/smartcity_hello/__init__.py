"""A guest book in the words of the region."""
