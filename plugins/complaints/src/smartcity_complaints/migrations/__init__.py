"""Alembic migrations: run by the host at install and upgrade."""
