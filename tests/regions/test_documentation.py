"""The pages on regions name every key and word, and their examples work."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from pydantic import BaseModel

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.regions.profile import RegionProfile, check_profile
from smartcity_share.regions.profile_parts import (
    Branding,
    Contacts,
    District,
    Holiday,
    LegalReference,
    Office,
    Official,
    Titles,
)
from smartcity_share.regions.wording import WORDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
MODELS = (RegionProfile, Contacts, Branding, Titles, Official, Office, District, LegalReference, Holiday)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_of_a_profile_is_documented(model: type[BaseModel]) -> None:
    page = (DOCS / "reference" / "regions.md").read_text("utf-8")
    keys = {field.alias or name for name, field in model.model_fields.items()} - {"x"}

    assert {key for key in keys if f"| `{key}` |" not in page} == set()


def test_every_word_is_documented_and_can_be_set_in_a_profile() -> None:
    page = (DOCS / "reference" / "regions.md").read_text("utf-8")

    assert [word for word in WORDS if f"| `{word}` |" not in page] == []
    assert set(WORDS) == set(Titles.model_fields) - {"x", "language", "valid_from", "valid_until"}


def test_every_key_says_what_it_is() -> None:
    fields = [(model.__name__, name, field) for model in MODELS for name, field in model.model_fields.items()]

    assert [(model, name) for model, name, field in fields if not field.description] == []


def test_the_profiles_of_the_guide_are_valid() -> None:
    page = (DOCS / "how-to" / "make-a-region-profile.md").read_text("utf-8")
    blocks = [textwrap.dedent(text) for text in re.findall(r"^ *```toml\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)]
    whole, titles, abroad = blocks

    for text in (whole, whole + titles, abroad):
        profile, faults = check_profile(TomlDocument.parse(text.encode(), "profile.toml"))
        assert faults == ()
        assert profile is not None
