"""The packages that apps of an instance need beyond those of the environment smartcity itself runs in."""
