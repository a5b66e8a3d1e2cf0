"""An origin signs at home, with its own key, and hands one file over; what is handed in is judged before it is taken in."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, TargetFile, Targets

from smartcity_share.catalogue.keeping import Keeper
from smartcity_share.catalogue.offering import offer
from smartcity_share.catalogue.signing import as_bytes
from smartcity_share.catalogue.taking import take
from smartcity_share.errors import CatalogueInvalidError, CatalogueRefusedError
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, days, holders, signer

ROLE = f"r-{CITY}"


def forged(
    made: Made,
    tmp_path: Path,
    change: Callable[[Targets], object],
    *signers: CryptoSigner,
    role: str = ROLE,
    version: int = 2,
) -> Path:
    """Write the next file of a role as somebody with its keys might, with any content."""
    newest = max((made.folder / "metadata").glob(f"*.{role}.json"))
    metadata: Metadata[Targets] = Metadata.from_bytes(newest.read_bytes())
    signed = copy.deepcopy(metadata.signed)
    signed.version = version
    change(signed)
    fresh = Metadata(signed)
    for one in signers or made.cities[CITY]:
        fresh.sign(one, append=True)
    path = tmp_path / f"{version}.{role}.json"
    path.write_bytes(as_bytes(fresh))
    return path


def refusal(made: Made, path: Path, wheels: Path | None = None) -> list[str]:
    """Hand a file in and return the codes of why it was refused; nothing may have changed."""
    before = made.published_files()
    with pytest.raises(CatalogueRefusedError) as caught:
        take(made.folder, [path], (), NOW, wheels=wheels)
    assert made.published_files() == before
    assert all(fault.mend for fault in caught.value.faults)
    return [fault.code for fault in caught.value.faults]


def test_a_release_signed_at_home_is_taken_in_with_its_wheels(listed: Made, newer_parks: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(listed.folder, home)
    (written,) = Keeper(home, listed.cities[CITY], NOW).add([offer(newer_parks)])

    (taken,) = take(listed.folder, [written.path], (), NOW, wheels=newer_parks.parent)
    listed.publish()

    assert taken.standing.is_complete
    reader = listed.reader(tmp_path / "state")
    assert reader.get_targetinfo(f"apps/{CITY}/parks/{newer_parks.name}") is not None


def test_two_keys_far_apart_sign_one_after_the_other(made: Made, parks: Path, tmp_path: Path) -> None:
    first, second = signer("Kepala"), signer("Sekretaris")
    made.add_origin(CITY, first, second)
    (waiting,) = made.keeper(first).add([offer(parks)])
    assert (waiting.standing.missing, waiting.path.parent.name) == (1, "drafts")
    with pytest.raises(CatalogueRefusedError) as caught:
        made.keeper(first).add([offer(parks)])
    assert [fault.code for fault in caught.value.faults] == ["role-waiting"]

    elsewhere = tmp_path / waiting.path.name
    shutil.copyfile(waiting.path, elsewhere)
    (taken,) = take(made.folder, [], (second,), NOW)

    assert taken.standing.is_complete
    assert not waiting.path.exists()
    made.publish()
    assert made.reader(tmp_path / "state").get_targetinfo(f"apps/{CITY}/parks/{parks.name}") is not None


def test_signatures_given_in_two_places_are_put_together(made: Made, parks: Path, tmp_path: Path) -> None:
    keys = (signer("A"), signer("B"), signer("C"))
    made.cities[CITY] = keys
    made.keeper().add_origin(CITY, holders(*keys, threshold=3))
    made.keeper(keys[0]).add([offer(parks)])
    home = tmp_path / "home"
    shutil.copytree(made.folder, home)
    (at_home,) = take(home, [], (keys[1],), NOW)
    take(made.folder, [], (keys[2],), NOW)

    (taken,) = take(made.folder, [at_home.path], (), NOW)

    assert taken.standing.is_complete


def test_the_first_roles_can_be_signed_by_holders_apart(tmp_path: Path) -> None:
    from smartcity_share.catalogue.keeping import begin
    from smartcity_share.catalogue.publishing import publish

    keys, online = (signer("A"), signer("B"), signer("C")), signer("Peladen")
    folder = tmp_path / "katalog"
    two = holders(*keys, threshold=2)
    begin(folder, keys[:1], root=two, targets=two, revocations=two, online=holders(online), now=NOW)
    with pytest.raises(CatalogueRefusedError):
        publish(folder, (online,), NOW)

    taken = take(folder, [], keys[1:2], NOW)
    publish(folder, (online,), NOW)

    assert {one.standing.role for one in taken} == {"root", "targets", "cabut"}
    assert all(one.standing.is_complete for one in taken)
    assert Made(folder, keys, keys, online).reader(tmp_path / "state").get_targetinfo("apps/32/a1/a.whl") is None


def drop(targets: Targets) -> None:
    targets.targets.clear()


def swap(targets: Targets) -> None:
    for path in targets.targets:
        targets.targets[path] = TargetFile.from_data(path, b"another", ["sha256"])


def foreign(targets: Targets) -> None:
    targets.targets["apps/32.73/parks/a-1-py3-none-any.whl"] = TargetFile.from_data(
        "apps/32.73/parks/a-1-py3-none-any.whl", b"", ["sha256"]
    )


def deeper(targets: Targets) -> None:
    path = f"apps/{CITY}/parks/deeper/a-1-py3-none-any.whl"
    targets.targets[path] = TargetFile.from_data(path, b"", ["sha256"])


def delegating(targets: Targets) -> None:
    key = signer().public_key
    role = DelegatedRole("r-32.73", [key.keyid], 1, terminating=True, paths=["apps/32.73/*/*"])
    targets.delegations = Delegations({key.keyid: key}, {"r-32.73": role})


def revoking(targets: Targets) -> None:
    for target in targets.targets.values():
        target.unrecognized_fields["custom"] = {"revoked": {"by": "x", "reason": "y", "at": "2026-01-01T00:00:00Z"}}


def lasting(targets: Targets) -> None:
    targets.expires = NOW + days(50 * 365)


def over(targets: Targets) -> None:
    targets.expires = NOW - days(1)


def mumbling(targets: Targets) -> None:
    for target in targets.targets.values():
        target.unrecognized_fields["custom"] = {"app": "parks"}


def needing(targets: Targets) -> None:
    for target in targets.targets.values():
        target.unrecognized_fields["custom"]["wheels"] = ["absent-1-py3-none-any.whl"]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (drop, ["release-dropped"]),
        (swap, ["entry-invalid", "release-changed"]),
        (foreign, ["path-foreign"]),
        (deeper, ["path-foreign"]),
        (delegating, ["delegation-foreign"]),
        (revoking, ["entry-foreign"]),
        (lasting, ["role-too-long-lived"]),
        (over, ["role-expired"]),
        (mumbling, ["entry-invalid"]),
        (needing, ["needed-unlisted"]),
    ],
)
def test_what_breaks_a_rule_is_refused_whoever_signed_it(
    listed: Made, tmp_path: Path, change: Callable[[Targets], object], codes: list[str]
) -> None:
    found = refusal(listed, forged(listed, tmp_path, change))

    assert [code for code in found if code != "wheel-missing"] == codes


@pytest.mark.parametrize("version", [1, 3, 2**53])
def test_a_version_that_is_not_the_next_is_refused(listed: Made, tmp_path: Path, version: int) -> None:
    """A version far ahead would lock its origin out: nobody could ever sign the one after it."""
    assert refusal(listed, forged(listed, tmp_path, lambda _: None, version=version)) == ["role-version"]


def test_a_role_signed_by_strangers_is_refused(listed: Made, tmp_path: Path) -> None:
    assert refusal(listed, forged(listed, tmp_path, lambda _: None, signer())) == ["role-unsigned"]


def test_one_party_of_two_cannot_complete_a_role(made: Made, parks: Path, tmp_path: Path) -> None:
    first, second = signer("A"), signer("B")
    made.add_origin(CITY, first, second)
    made.keeper(first, second).add([offer(parks)])
    made.publish()
    path = forged(made, tmp_path, lambda _: None, first)

    (taken,) = take(made.folder, [path], (), NOW)

    assert taken.path.parent.name == "drafts"
    assert ROLE not in made.publish().roles


def test_a_wheel_that_is_not_what_is_listed_is_refused(listed: Made, newer_parks: Path, tmp_path: Path) -> None:
    """The signature is right, the wheel says that it is another release."""

    def lie(targets: Targets) -> None:
        (path,) = targets.targets
        entry = dict(targets.targets[path].custom)
        fresh = TargetFile.from_file(f"apps/{CITY}/parks/{newer_parks.name}", str(newer_parks), ["sha256"])
        fresh.unrecognized_fields["custom"] = {**entry, "version": "9.9"}
        targets.targets[fresh.path] = fresh

    path = forged(listed, tmp_path, lie)

    assert refusal(listed, path) == ["wheel-missing"]
    assert refusal(listed, path, newer_parks.parent) == ["wheel-foreign"]


def test_another_file_of_a_version_that_waits_does_not_take_its_place(made: Made, parks: Path, tmp_path: Path) -> None:
    first, second = signer("A"), signer("B")
    made.add_origin(CITY, first, second)
    made.keeper(first, second).add([offer(parks)])
    made.publish()
    take(made.folder, [forged(made, tmp_path, lambda _: None, first)], (), NOW)

    def later(targets: Targets) -> None:
        targets.expires = NOW + days(30)

    assert refusal(made, forged(made, tmp_path, later, first)) == ["role-waiting"]


@pytest.mark.parametrize("name", ["role.json", "2.snapshot.json", "timestamp.json", "2.index.json", "02.r-73.71.json"])
def test_a_file_name_that_is_no_role_is_refused(listed: Made, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copyfile(listed.folder / "metadata" / f"1.{ROLE}.json", path)

    assert refusal(listed, path) == ["role-unknown"]


@pytest.mark.parametrize("content", [b"", b"<html>sign in first</html>", b"{}", b'{"signed": 1}'])
def test_what_is_no_role_file_is_refused(listed: Made, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / f"2.{ROLE}.json"
    path.write_bytes(content)

    with pytest.raises(CatalogueInvalidError):
        take(listed.folder, [path], (), NOW)


def test_a_role_of_another_kind_under_its_name_is_refused(listed: Made, tmp_path: Path) -> None:
    path = tmp_path / f"2.{ROLE}.json"
    shutil.copyfile(listed.folder / "metadata" / "1.root.json", path)

    with pytest.raises(CatalogueInvalidError, match="kind"):
        take(listed.folder, [path], (), NOW)


def test_a_role_that_nobody_names_is_refused(listed: Made, tmp_path: Path) -> None:
    path = tmp_path / "1.r-32.73.json"
    path.write_bytes(as_bytes(Metadata(Targets(expires=NOW + days(3)))))

    assert refusal(listed, path) == ["role-unknown"]


def test_a_key_that_has_nothing_to_sign_is_told_what_waits(listed: Made) -> None:
    with pytest.raises(CatalogueRefusedError) as caught:
        take(listed.folder, [], (signer(),), NOW)

    assert "Nothing waits" in caught.value.faults[0].mend


class TestDelegations:
    """What who lets origins in may not write."""

    def refused(self, made: Made, tmp_path: Path, change: Callable[[Targets], object]) -> list[str]:
        path = forged(made, tmp_path, change, *made.root, role="targets", version=3)
        return refusal(made, path)

    def test_a_pattern_of_other_paths(self, listed: Made, tmp_path: Path) -> None:
        """`apps/73.71/*` of one depth would match no wheel, `apps/*/*/*` every one."""

        def widen(targets: Targets) -> None:
            assert targets.delegations is not None
            assert targets.delegations.roles is not None
            targets.delegations.roles["p-73"].paths = ["apps/*/*/*"]

        assert self.refused(listed, tmp_path, widen) == ["delegation-paths"]

    def test_revocations_behind_the_origins(self, listed: Made, tmp_path: Path) -> None:
        def turn(targets: Targets) -> None:
            assert targets.delegations is not None
            assert targets.delegations.roles is not None
            targets.delegations.roles["cabut"] = targets.delegations.roles.pop("cabut")

        assert self.refused(listed, tmp_path, turn) == ["revocations-not-first"]

    def test_one_key_under_two_names(self, listed: Made, tmp_path: Path) -> None:
        """TUF counts ids of keys, and does not ask whether two of them are one key."""

        def rename(targets: Targets) -> None:
            assert targets.delegations is not None
            assert targets.delegations.roles is not None
            again = copy.deepcopy(listed.revocations[0].public_key)
            again.keyid = "0" * 64
            targets.delegations.keys[again.keyid] = again
            targets.delegations.roles["cabut"].keyids.append(again.keyid)
            targets.delegations.roles["cabut"].threshold = 2

        assert self.refused(listed, tmp_path, rename) == ["key-renamed"]

    def test_keys_of_two_parties_in_one_role(self, listed: Made, tmp_path: Path) -> None:
        """A threshold of two over the keys of two parties is met by one of them, if it has two."""

        def join(targets: Targets) -> None:
            assert targets.delegations is not None
            assert targets.delegations.roles is not None
            (city,) = (one.public_key for one in listed.cities[CITY])
            targets.delegations.keys[city.keyid] = city
            targets.delegations.roles["cabut"].keyids.append(city.keyid)
            targets.delegations.roles["cabut"].threshold = 2

        assert self.refused(listed, tmp_path, join) == ["key-shared"]

    def test_an_origin_left_out(self, listed: Made, tmp_path: Path) -> None:
        def leave_out(targets: Targets) -> None:
            assert targets.delegations is not None
            assert targets.delegations.roles is not None
            del targets.delegations.roles["p-73"]

        assert self.refused(listed, tmp_path, leave_out) == ["delegation-dropped"]
