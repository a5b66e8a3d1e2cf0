"""The steps operations are made of, each with a probe, a way forward and a way back."""
