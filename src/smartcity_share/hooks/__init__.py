"""How the code of an app is reached: specifications, discovery from metadata, isolated loading, typed calls."""
