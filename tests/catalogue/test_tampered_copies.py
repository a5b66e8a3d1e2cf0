"""A copy that somebody wrote into: nobody signs on top of it, and nothing of it is published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, TargetFile, Targets

from smartcity_share.catalogue.keeping import Keeper
from smartcity_share.catalogue.offering import offer
from smartcity_share.catalogue.publishing import publish
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.signing import as_bytes
from smartcity_share.catalogue.taking import take
from smartcity_share.errors import CatalogueInvalidError, CatalogueRefusedError, PackageError
from tests.apps.factory import AppFactory
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, holders, signer

ROLE = f"r-{CITY}"
EVIL = f"apps/{CITY}/parks/evil-1-py3-none-any.whl"


def newest(folder: Path, role: str) -> Path:
    return max((folder / "metadata").glob(f"*.{role}.json"))


def smuggled(made: Made, *thieves: CryptoSigner) -> None:
    """Add a release to the role of the city without its keys."""
    path = newest(made.folder, ROLE)
    metadata: Metadata[Targets] = Metadata.from_bytes(path.read_bytes())
    metadata.signed.targets[EVIL] = TargetFile.from_data(EVIL, b"evil", ["sha256"])
    for thief in thieves:
        metadata.sign(thief)
    path.write_bytes(as_bytes(metadata))


def earlier_keys_forged(made: Made) -> None:
    """The same, signed by a thief whom an earlier version of the province names, as it lies there now."""
    made.add_origin("73.72")
    made.publish()
    path = made.folder / "metadata" / "1.p-73.json"
    assert newest(made.folder, "p-73") != path
    thief = named_by_the_province(path)
    smuggled(made, thief)


def province_rewritten(made: Made) -> None:
    """The same, signed by a thief whom the province names beside the city, as it lies there now."""
    smuggled(made, named_by_the_province(newest(made.folder, "p-73")))


def named_by_the_province(path: Path) -> CryptoSigner:
    """Write a thief into a file of the province, and sign that with the thief's key alone."""
    thief = signer("Pencuri")
    province: Metadata[Targets] = Metadata.from_bytes(path.read_bytes())
    province.signed.add_key(thief.public_key, ROLE)
    province.sign(thief)
    path.write_bytes(as_bytes(province))
    return thief


@pytest.mark.parametrize("harm", [smuggled, earlier_keys_forged, province_rewritten])
def test_an_origin_signs_nothing_on_top_of_what_it_did_not_sign(
    listed: Made, newer_parks: Path, harm: Callable[[Made], None]
) -> None:
    harm(listed)
    before = listed.published_files()

    for act in (
        lambda keeper: keeper.add([offer(newer_parks)]),
        lambda keeper: keeper.renew(ROLE),
    ):
        with pytest.raises(CatalogueRefusedError) as caught:
            act(Keeper(listed.folder, listed.cities[CITY], NOW))
        assert [fault.code for fault in caught.value.faults] == ["role-unsigned"]
        assert "verify" in caught.value.faults[0].mend
    assert listed.published_files() == before


@pytest.mark.parametrize("harm", [smuggled, earlier_keys_forged, province_rewritten])
def test_publishing_signs_nothing_on_top_of_it_either(listed: Made, harm: Callable[[Made], None]) -> None:
    harm(listed)
    before = listed.published_files()

    with pytest.raises(CatalogueRefusedError) as caught:
        publish(listed.folder, (*listed.cities[CITY], listed.online), NOW)

    assert "role-unsigned" in {fault.code for fault in caught.value.faults}
    assert listed.published_files() == before


def test_new_keys_carry_on_what_the_old_ones_signed(listed: Made, parks: Path, tmp_path: Path) -> None:
    new = signer("Kota baru")
    listed.keeper().rekey(ROLE, holders(new))
    listed.publish(without=[CITY])

    listed.keeper(new).renew(ROLE)
    listed.publish()

    assert listed.reader(tmp_path / "state").get_targetinfo(f"apps/{CITY}/parks/{parks.name}") is not None


def test_a_province_that_is_cut_off_too_is_named_by_its_role(listed: Made) -> None:
    listed.keeper().rekey("p-73", holders(signer("Provinsi")))

    publication = listed.publish(without=["p-73"])

    assert [notice.code for notice in publication.notices] == ["role-unsigned"]


def test_entries_that_cannot_be_read_are_told_and_stop_nothing_else(listed: Made, newer_parks: Path) -> None:
    """Signed by the city, with other tools than ours."""
    path = newest(listed.folder, ROLE)
    metadata: Metadata[Targets] = Metadata.from_bytes(path.read_bytes())
    odd = f"apps/{CITY}/parks/odd-1-py3-none-any.whl"
    metadata.signed.targets[odd] = TargetFile.from_data(odd, b"odd", ["sha256"])
    metadata.signed.version += 1
    metadata.sign(listed.cities[CITY][0])
    (listed.folder / "metadata" / f"2.{ROLE}.json").write_bytes(as_bytes(metadata))

    listed.add(newer_parks)
    with pytest.raises(CatalogueRefusedError) as caught:
        listed.publish()

    assert {fault.code for fault in caught.value.faults} == {"entry-invalid", "wheel-missing"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff"])
@pytest.mark.parametrize("name", ["timestamp.json", "1.targets.json", "1.root.json"])
def test_files_that_cannot_be_read_are_told_with_their_name(listed: Made, name: str, content: bytes) -> None:
    path = listed.folder / "metadata" / name
    if name != "timestamp.json":
        path = newest(listed.folder, name.split(".")[1])
    path.write_bytes(content)

    with pytest.raises(CatalogueInvalidError) as caught:
        Repository.open(listed.folder).tree()

    assert path.name in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("role", "old", "new"),
    [
        ("p-73", '"name":"r-73.71"', '"name":7'),
        ("p-73", '"paths":["apps/73.71/*/*"]', '"paths":[7]'),
        (ROLE, '"version":1}', '"version":1,"later":1.5}'),
    ],
)
def test_what_tuf_reads_and_trips_over_later_is_no_role_file(listed: Made, role: str, old: str, new: str) -> None:
    path = newest(listed.folder, role)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")

    with pytest.raises(CatalogueInvalidError, match="no role file"):
        Repository.open(listed.folder).tree()


@pytest.mark.parametrize("role", ["root", "targets", "snapshot"])
def test_files_that_are_gone_are_told(listed: Made, role: str) -> None:
    for path in (listed.folder / "metadata").glob(f"*.{role}.json"):
        path.unlink()

    with pytest.raises(CatalogueInvalidError, match=role):
        Repository.open(listed.folder).tree()


def test_names_that_are_no_role_files_are_passed_over(listed: Made) -> None:
    for name in (".timestamp.json.3f2a", "notes.txt", "0.targets.json", "09.targets.json", "9.TARGETS.json", "9..json"):
        (listed.folder / "metadata" / name).write_text("{")

    assert listed.publish().roles


def test_a_wheel_that_is_exchanged_while_it_is_read_is_not_laid_in(city: Made, parks: Path, tmp_path: Path) -> None:
    copied = tmp_path / parks.name
    shutil.copyfile(parks, copied)
    offered = offer(copied)
    assert offered.wheel.sha256
    copied.write_bytes(b"another")
    before = city.published_files()

    with pytest.raises(PackageError, match="changed while it was read"):
        city.keeper(*city.cities[CITY]).add([offered])

    assert city.published_files() == before


def test_a_wheel_that_went_bad_in_the_catalogue_is_mended_by_adding_it_again(city: Made, parks: Path) -> None:
    city.add(parks)
    place = next((city.folder / "targets").rglob("*.whl"))
    place.write_bytes(bytes(place.stat().st_size))

    assert city.add(parks) == ()

    assert place.read_bytes() == parks.read_bytes()


def test_a_role_that_readers_would_refuse_for_its_length_is_refused(
    city: Made, parks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartcity_share.catalogue.listing.MOST_BYTES", 200)

    with pytest.raises(CatalogueRefusedError) as caught:
        city.add(parks)

    assert [fault.code for fault in caught.value.faults] == ["role-too-long"]


def test_two_commands_do_not_write_at_once(city: Made, parks: Path, app_factory: AppFactory) -> None:
    from smartcity_share.errors import CatalogueBusyError

    with Repository.open(city.folder).locked(), pytest.raises(CatalogueBusyError) as caught:
        city.add(parks)

    assert caught.value.hint
    assert city.add(parks)


def test_what_is_said_of_a_release_keeps_fields_of_later_versions_readable(listed: Made) -> None:
    from smartcity_share.catalogue.entries import ReleaseEntry, read_entry

    path = newest(listed.folder, ROLE)
    (target,) = json.loads(path.read_bytes())["signed"]["targets"].values()

    assert isinstance(read_entry({**target["custom"], "later": 1}), ReleaseEntry)


def test_a_file_that_waits_and_nobody_signed_is_not_signed_unasked(listed: Made, newer_parks: Path) -> None:
    listed.add(newer_parks)
    (path,) = listed.folder.glob(f"metadata/2.{ROLE}.json")
    metadata: Metadata[Targets] = Metadata.from_bytes(path.read_bytes())
    path.unlink()
    metadata.signatures.clear()
    waits = listed.folder / "drafts" / path.name
    waits.write_bytes(as_bytes(metadata))
    before = listed.published_files()
    with pytest.raises(CatalogueRefusedError) as caught:
        take(listed.folder, [], listed.cities[CITY], NOW)
    assert [fault.code for fault in caught.value.faults] == ["role-unsigned"]
    assert "somebody else may have put it there" in caught.value.faults[0].message
    assert listed.published_files() == before
    (written,) = take(listed.folder, [waits], listed.cities[CITY], NOW)  # looked at, and named
    assert written.standing.is_complete
