"""``python -m smartcity_share`` is the ``smartcity`` command."""

from __future__ import annotations

from smartcity_share.cli.main import run

if __name__ == "__main__":
    run()
