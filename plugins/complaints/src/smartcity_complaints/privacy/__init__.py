"""Personal data after UU 27/2022: what is held and why, what its subject may ask for, and when it ends."""
