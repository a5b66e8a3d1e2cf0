"""What the connector says of its health is complete in Indonesian."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from smartcity_share.toolkit.catalogues import gaps_of


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    assert list(gaps_of(Path(str(files("smartcity_smtp"))), "id")) == []
