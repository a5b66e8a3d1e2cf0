"""Asking whether an address of a stranger's file answers, without becoming the stranger's tool (docs/adr/0017)."""
