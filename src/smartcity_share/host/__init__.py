"""Serve the apps of an instance: each region its own, each app apart."""
