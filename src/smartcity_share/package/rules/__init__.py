"""What must not travel in a wheel: one rule in each module."""
