"""The rules across the parts of an app, a module for each."""
