"""A whole catalogue is checked as a reader reads it, and everything that is wrong is told at once, with role, key and date."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import Metadata, Snapshot, TargetFile, Targets, Timestamp

from smartcity_share.catalogue.checking import check, fingerprint
from smartcity_share.catalogue.roles import ReleaseName
from smartcity_share.catalogue.signing import as_bytes
from smartcity_share.errors import CatalogueInvalidError
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, days, make, signer

ROLE = f"r-{CITY}"


@pytest.fixture
def listed(city: Made, parks: Path, newer_parks: Path) -> Made:
    """A catalogue with two releases, one of them revoked."""
    city.add(parks, newer_parks)
    city.keeper(*city.revocations).revoke(ReleaseName(CITY, "parks", "1.0.0"), "Hands data to strangers")
    city.publish()
    return city


def metadata(made: Made, name: str) -> Path:
    return made.folder / "metadata" / name


def newest(made: Made, role: str) -> Path:
    return max((made.folder / "metadata").glob(f"*.{role}.json"), key=lambda path: int(path.name.split(".")[0]))


def wheel(made: Made) -> Path:
    return next((made.folder / "targets" / "apps").rglob("*-1.1.0-*.whl"))


def test_a_sound_catalogue_has_no_fault(listed: Made) -> None:
    report = check(listed.folder, listed.trust_root, NOW)

    assert (report.faults, report.notices) == ((), ())
    assert (report.releases, report.revoked, report.files) == (2, 1, 3)
    assert [one.role for one in report.roles] == ["root", "timestamp", "snapshot", "targets", "cabut", "index", "p-73", ROLE]
    assert all(one.is_complete for one in report.roles)
    assert report.signed_at == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"


def swapped(made: Made) -> None:
    path = wheel(made)
    path.write_bytes(bytes(len(path.read_bytes())))


def longer(made: Made) -> None:
    path = wheel(made)
    path.write_bytes(path.read_bytes() + b"x")


def gone(made: Made) -> None:
    wheel(made).unlink()


def no_timestamp(made: Made) -> None:
    metadata(made, "timestamp.json").unlink()


def portal(made: Made) -> None:
    metadata(made, "timestamp.json").write_text("<html>Silakan masuk</html>")


def no_revocations(made: Made) -> None:
    newest(made, "cabut").unlink()


def edited(made: Made) -> None:
    """The role of the origin, changed without its keys."""
    path = newest(made, ROLE)
    document = json.loads(path.read_bytes())
    document["signed"]["expires"] = "2099-01-01T00:00:00Z"
    path.write_text(json.dumps(document))


def thieves(made: Made) -> None:
    """The keys of the server are stolen: index, snapshot and timestamp can be forged, the role of a city cannot."""
    path = newest(made, ROLE)
    forged: Metadata[Targets] = Metadata.from_bytes(path.read_bytes())
    content = b"evil"
    for listed_path in forged.signed.targets:
        forged.signed.targets[listed_path] = TargetFile.from_data(listed_path, content, ["sha256"])
    forged.signed.version += 1
    forged.sign(signer())
    metadata(made, f"{forged.signed.version}.{ROLE}.json").write_bytes(as_bytes(forged))
    snapshot: Metadata[Snapshot] = Metadata.from_bytes(newest(made, "snapshot").read_bytes())
    snapshot.signed.version += 1
    snapshot.signed.meta[f"{ROLE}.json"].version = forged.signed.version
    snapshot.sign(made.online)
    metadata(made, f"{snapshot.signed.version}.snapshot.json").write_bytes(as_bytes(snapshot))
    timestamp: Metadata[Timestamp] = Metadata.from_bytes(metadata(made, "timestamp.json").read_bytes())
    timestamp.signed.version += 1
    timestamp.signed.snapshot_meta.version = snapshot.signed.version
    timestamp.sign(made.online)
    metadata(made, "timestamp.json").write_bytes(as_bytes(timestamp))


def mixed(made: Made) -> None:
    """An old role under the name of the new one."""
    made.keeper(*made.cities[CITY]).advise_against(ReleaseName(CITY, "parks", "1.1.0"), "Slow")
    made.publish()
    metadata(made, f"2.{ROLE}.json").write_bytes(metadata(made, f"1.{ROLE}.json").read_bytes())


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (swapped, [("wheel-altered", ROLE)]),
        (longer, [("wheel-altered", ROLE)]),
        (gone, [("wheel-missing", ROLE)]),
        (no_timestamp, [("role-missing", "timestamp")]),
        (portal, [("role-unreadable", "timestamp")]),
        (no_revocations, [("role-missing", "cabut")]),
        (edited, [("role-unsigned", ROLE)]),
        (thieves, [("role-unsigned", ROLE)]),
        (mixed, [("role-version", ROLE)]),
    ],
)
def test_harm_is_found_and_told(
    listed: Made, harm: Callable[[Made], None], found: list[tuple[str, str]], newer_parks: Path, tmp_path: Path
) -> None:
    harm(listed)
    stock = listed.reader(tmp_path / "state")
    with pytest.raises((RepositoryError, DownloadError)):  # a stock reader would not take it either
        stock.download_target(stock.get_targetinfo(f"apps/{CITY}/parks/{newer_parks.name}"), str(tmp_path / "fetched"))

    faults = check(listed.folder, listed.trust_root, NOW).faults

    told = [(fault.code, fault.where.file) for fault in faults]
    assert [one for one in told if one[0] != "role-too-long-lived"] == found
    assert all(fault.mend for fault in faults)


def test_several_harms_are_told_at_once(listed: Made) -> None:
    swapped(listed)
    no_revocations(listed)

    codes = {fault.code for fault in check(listed.folder, listed.trust_root, NOW).faults}

    assert codes == {"wheel-altered", "role-missing"}


def test_an_unsigned_role_is_told_with_who_may_sign_it(listed: Made) -> None:
    edited(listed)

    (fault,) = (one for one in check(listed.folder, listed.trust_root, NOW).faults if one.code == "role-unsigned")

    assert "Kota 73.71" in fault.mend


def test_what_ran_out_is_told_with_its_day_and_who_renews_it(listed: Made) -> None:
    faults = check(listed.folder, listed.trust_root, NOW + days(15)).faults

    (fault,) = faults
    assert (fault.code, fault.where.file) == ("role-expired", "timestamp")
    assert f"{NOW + timedelta(days=14):%Y-%m-%d}" in fault.message
    assert "Peladen" in fault.mend
    assert "smartcity catalogue publish" in fault.mend


def test_another_root_trusts_nothing_of_it(listed: Made, tmp_path: Path) -> None:
    stranger = make(tmp_path / "other")

    faults = check(listed.folder, stranger.trust_root, NOW).faults

    assert ("role-unsigned", "timestamp") in [(fault.code, fault.where.file) for fault in faults]


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>"])
def test_a_trust_root_that_is_none_is_refused(listed: Made, content: bytes) -> None:
    with pytest.raises(CatalogueInvalidError):
        check(listed.folder, content, NOW)


def test_a_root_that_only_new_keys_signed_is_not_followed(listed: Made) -> None:
    root = copy.deepcopy(Metadata.from_bytes(listed.trust_root))
    thief = signer("Pencuri")
    root.signed.version = 2
    for role in root.signed.roles.values():
        role.keyids = [thief.public_key.keyid]
    root.signed.keys = {thief.public_key.keyid: thief.public_key}
    root.sign(thief)
    metadata(listed, "2.root.json").write_bytes(as_bytes(root))

    faults = check(listed.folder, listed.trust_root, NOW).faults

    assert [(fault.code, fault.where.file) for fault in faults] == [("role-unsigned", "root")]


def test_the_fingerprint_of_a_root_is_what_tools_print(listed: Made) -> None:
    import hashlib

    assert fingerprint(listed.trust_root) == hashlib.sha256(listed.trust_root).hexdigest()


def test_a_link_to_what_never_ends_is_not_read(listed: Made) -> None:
    path = metadata(listed, "timestamp.json")
    path.unlink()
    path.symlink_to("/dev/zero")
    (fault,) = check(listed.folder, listed.trust_root, NOW).faults
    assert (fault.code, "is no file, or one longer than readers take" in fault.message) == ("role-unreadable", True)
