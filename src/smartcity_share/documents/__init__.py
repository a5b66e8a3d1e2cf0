"""TOML documents that people write: read with positions, validated with every fault in one pass."""
