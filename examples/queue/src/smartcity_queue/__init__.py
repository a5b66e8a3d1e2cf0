"""Queue numbers, written with FastAPI."""
