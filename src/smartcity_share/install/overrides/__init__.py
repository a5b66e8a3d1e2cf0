"""The override layer: what a region changes of an app, kept beside it and carried over every upgrade."""
