"""The wheel an app travels in: opened, verified, built."""
