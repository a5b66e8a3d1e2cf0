"""Which releases are meant by a name, by what the search index lists."""

from __future__ import annotations

import pytest

from smartcity_share.catalogue.entries import IndexRow
from smartcity_share.catalogue.finding import meant
from smartcity_share.errors import Location, ReleaseAmbiguousError, ReleaseNotFoundError


def row(version: str, app: str = "parks", origin: str = "73.71") -> IndexRow:
    return IndexRow(app=app, origin=origin, version=version, file=f"{app}-{version}-py3-none-any.whl", summary={"en": "x"})


def versions(*rows: IndexRow, app: str = "parks", version: str | None = None, origin: str | None = None) -> list[str]:
    return [one.version for _, one in meant(rows, app, version, origin, Location("k"))]


def test_final_ones_come_before_previews_and_newer_before_older() -> None:
    found = versions(row("1.9"), row("2.0rc1"), row("1.10"), row("not-a-version"), row("1.2"))
    assert found == ["1.10", "1.9", "1.2", "2.0rc1"]


def test_a_version_is_named_as_people_write_it() -> None:
    assert versions(row("1.0.0"), row("2.0.0"), version="1.0") == ["1.0.0"]
    with pytest.raises(ReleaseNotFoundError) as refused:
        versions(row("1.0.0"), row("2.0.0"), version="v-three")
    assert refused.value.hint == "It has: 2.0.0, 1.0.0."


def test_an_origin_is_chosen_and_never_guessed() -> None:
    rows = (row("1.0"), row("9.0", origin="32.73"))
    assert versions(*rows, origin="73.71") == ["1.0"]
    with pytest.raises(ReleaseAmbiguousError, match=r"32\.73 and 73\.71"):
        versions(*rows)
    with pytest.raises(ReleaseNotFoundError, match=r"71\.08 shares no app `parks`"):
        versions(*rows, origin="71.08")


def test_an_empty_catalogue_says_that_it_is() -> None:
    with pytest.raises(ReleaseNotFoundError) as refused:
        versions()
    assert refused.value.hint == "It lists no app."
