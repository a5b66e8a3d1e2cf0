"""The web console and the public pages of an instance."""
