"""Whatever stands in the files of a catalogue is refused in our words, or changes nothing: no crash, no other wheel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import TargetFile, Targets

from smartcity_share.catalogue.location import CatalogueLocation
from smartcity_share.catalogue.opened import Catalogue, opened_catalogue
from smartcity_share.catalogue.roles import ReleaseName
from smartcity_share.catalogue.seen import objections
from smartcity_share.errors import CatalogueError, CatalogueInvalidError, ReleaseRevokedError
from tests.catalogue.conftest import CITY
from tests.catalogue.forging import forge
from tests.catalogue.made import NOW, Made, signer

GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "null": lambda _: b"null",
    "a list": lambda _: b"[]",
    "a table": lambda _: b"{}",
    "no text": lambda _: bytes(range(256)),
    "deep": lambda _: b'{"signed":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "unsigned": lambda content: content.replace(b'"signatures":[{', b'"signatures":[],"x":[{'),
    "half": lambda content: content[: len(content) // 2],
    "a number too large": lambda content: content.replace(b'"version":', b'"version":' + b"9" * 400),
    "of another kind": lambda content: content.replace(b'"_type":"', b'"_type":"other-'),
    "signed by a word": lambda content: content.replace(b'"keyid":"', b'"keyid":"\\u001b[2J'),
}


@contextmanager
def opened(made: Made, state: Path, root: bytes | None = None) -> Iterator[Catalogue]:
    place = CatalogueLocation.read(str(made.folder))
    with opened_catalogue(place, root or made.trust_root, state, NOW, most_stale=timedelta(days=180)) as catalogue:
        yield catalogue


def found_in(made: Made, state: Path, root: bytes) -> str | CatalogueError:
    """Return the name of the wheel that is found, or why none is."""
    try:
        with opened(made, state, root) as catalogue:
            return catalogue.find("parks").wheel.path.file
    except CatalogueError as error:
        return error


@pytest.mark.parametrize("kind", sorted(GARBAGE))
def test_garbage_in_any_file_is_refused_in_our_words(city: Made, parks: Path, tmp_path: Path, kind: str) -> None:
    city.add(parks)
    city.publish()
    root = city.trust_root
    for number, path in enumerate(sorted((*city.folder.glob("metadata/*"), *city.folder.glob("targets/index/*")))):
        content = path.read_bytes()
        path.write_bytes(GARBAGE[kind](content))
        found = found_in(city, tmp_path / str(number), root)
        path.write_bytes(content)
        assert found == parks.name or (isinstance(found, CatalogueError) and str(found).isprintable() and found.hint)


@pytest.mark.parametrize("kind", sorted(GARBAGE))
def test_a_garbled_trust_root_is_refused(city: Made, tmp_path: Path, kind: str) -> None:
    found = found_in(city, tmp_path / "state", GARBAGE[kind](city.trust_root) or b" ")
    assert isinstance(found, CatalogueInvalidError)
    assert "no trust root" in found.message


def test_what_others_wrote_drives_no_terminal(made: Made, parks: Path, tmp_path: Path) -> None:
    made.add_origin(CITY, signer("Kota\x1b[2J"))
    made.add(parks)
    made.keeper(*made.revocations).revoke(ReleaseName(CITY, "parks", "1.0.0"), "leaks\x1b[2Jnames\u202e")
    made.publish()
    with opened(made, tmp_path / "all" / "one") as catalogue, pytest.raises(ReleaseRevokedError) as refused:
        catalogue.find("parks")
    assert "leaks�[2Jnames�" in str(refused.value)
    (told,) = objections(tmp_path / "all")
    assert told.why.isprintable()


@pytest.mark.parametrize("custom", [5, "x", [1], {"revoked": 5}, {"revoked": {"by": 1}}, {"app": "parks", "wheels": "x"}, {}])
@pytest.mark.parametrize("role", [f"r-{CITY}", "cabut"])
def test_an_entry_of_other_types_is_refused(city: Made, parks: Path, tmp_path: Path, role: str, custom: object) -> None:
    city.add(parks)
    city.publish()

    def garble(targets: Targets) -> None:
        target = TargetFile.from_data(f"apps/{CITY}/parks/{parks.name}", parks.read_bytes(), ["sha256"])
        target.unrecognized_fields["custom"] = custom
        targets.targets[target.path] = target

    forge(city, role, garble, city.revocations if role == "cabut" else city.cities[CITY])
    found = found_in(city, tmp_path / "state", city.trust_root)
    assert isinstance(found, CatalogueInvalidError)


@pytest.mark.parametrize("paths", [[5], [None], [["apps"]]])
def test_a_delegation_of_other_types_is_refused(city: Made, parks: Path, tmp_path: Path, paths: list[object]) -> None:
    city.add(parks)
    city.publish()

    def garble(province: Targets) -> None:
        assert province.delegations is not None
        assert province.delegations.roles is not None
        province.delegations.roles[f"r-{CITY}"].paths = paths  # type: ignore[assignment]

    forge(city, f"p-{CITY[:2]}", garble, city.root)
    found = found_in(city, tmp_path / "state", city.trust_root)
    assert isinstance(found, CatalogueInvalidError)
    assert found.where is not None
