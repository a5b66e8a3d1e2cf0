"""The demo: the whole journey on one machine, driven and checked over HTTP as visitors and officials would."""
