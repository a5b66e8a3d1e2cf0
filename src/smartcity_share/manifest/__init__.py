"""What an app says of itself, read without importing the app."""
