"""A catalogue from the first key to the check by a reader, by command lines; and what they refuse, with the mend."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, TargetFile, Targets

from smartcity_share.catalogue.signing import as_bytes
from tests.apps.factory import AppFactory
from tests.cli.conftest import Cli

CITY = "73.71"
MASTER, TOWN = "pengelola.pem", "kota.pem"


@pytest.fixture
def catalogue(cli: Cli, tmp_path: Path) -> Path:
    """A trial catalogue: one key of its own, one of an origin."""
    for name in (MASTER, TOWN):
        assert cli("catalogue", "key", "new", tmp_path / name, "--holder", name.removesuffix(".pem")).code == 0
    folder = tmp_path / "katalog"
    assert cli("catalogue", "init", folder, "--key", tmp_path / MASTER).code == 0
    public = tmp_path / f"{TOWN}.pub"
    added = cli("catalogue", "origin", "add", folder, CITY, "--public", public, "--key", tmp_path / MASTER)
    assert added.code == 0
    assert f"smartcity catalogue publish {folder}" in added.out
    return folder


@pytest.fixture
def wheel(shared_app_factory: AppFactory) -> Path:
    """An app of the origin."""
    return shared_app_factory.wheel("parks")


def test_a_release_is_listed_published_checked_and_withdrawn(cli: Cli, catalogue: Path, wheel: Path, tmp_path: Path) -> None:
    master, town, root = tmp_path / MASTER, tmp_path / TOWN, catalogue / "metadata" / "1.root.json"

    added = cli("catalogue", "add", catalogue, wheel, "--key", town)
    published = cli("catalogue", "publish", catalogue, "--key", master)
    again = cli("catalogue", "add", catalogue, wheel, "--key", town)
    checked = cli("catalogue", "verify", catalogue, "--root", root)
    yanked = cli(
        "catalogue", "yank", catalogue, "parks==1.0.0", "--origin", CITY, "--reason", "Loses photos", "--key", town, "--json"
    )
    revoked = cli(
        "catalogue", "revoke", catalogue, "parks==1.0.0", "--origin", CITY, "--reason", "Hands data out", "--key", master
    )
    cli("catalogue", "publish", catalogue, "--key", master)
    report = cli("catalogue", "verify", catalogue, "--root", root, "--json")

    assert (added.code, published.code, again.code, checked.code, yanked.code, revoked.code, report.code) == (0,) * 7
    assert "kota (" in added.out
    assert "Publish again before" in published.out
    assert again.out.startswith("Nothing changed")
    assert f"r-{CITY}" in checked.out
    assert "Releases: 1, revoked: 0." in checked.out
    assert f"SHA-256 {hashlib.sha256(root.read_bytes()).hexdigest()}" in checked.out
    assert yanked.json["written"][0]["missing"] == 0
    assert (report.json["releases"], report.json["revoked"], report.json["faults"]) == (1, 1, [])
    assert any(name.startswith("pengelola (") for role in report.json["roles"] for name in role["signed_by"])


def test_a_finding_of_the_check_ends_with_one(cli: Cli, catalogue: Path, wheel: Path, tmp_path: Path) -> None:
    cli("catalogue", "add", catalogue, wheel, "--key", tmp_path / TOWN)
    cli("catalogue", "publish", catalogue, "--key", tmp_path / MASTER)
    next((catalogue / "targets" / "apps").rglob("*.whl")).write_bytes(b"another")

    checked = cli("catalogue", "verify", catalogue, "--root", catalogue / "metadata" / "1.root.json")

    assert checked.code == 1
    assert "(wheel-altered)" in checked.err
    assert "mend:" in checked.err


def test_an_origin_signs_at_home_and_hands_one_file_over(cli: Cli, catalogue: Path, wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(catalogue, home)
    made = cli("catalogue", "add", home, wheel, "--key", tmp_path / TOWN, "--json").json["written"][0]["file"]

    lacking = cli("catalogue", "sign", catalogue, made)
    taken = cli("catalogue", "sign", catalogue, made, "--wheels", wheel.parent)

    assert (lacking.code, taken.code) == (1, 0)
    assert "wheel-missing" in lacking.err
    assert cli("catalogue", "publish", catalogue, "--key", tmp_path / MASTER).code == 0


def test_the_second_signature_is_asked_for_and_added(cli: Cli, catalogue: Path, wheel: Path, tmp_path: Path) -> None:
    cli("catalogue", "key", "new", tmp_path / "kedua.pem", "--holder", "kedua")
    public = (tmp_path / f"{TOWN}.pub", tmp_path / "kedua.pem.pub")
    master = ("--key", tmp_path / MASTER)
    rekeyed = cli("catalogue", "origin", "rekey", catalogue, CITY, "--public", public[0], "--public", public[1], *master)

    first = cli("catalogue", "add", catalogue, wheel, "--key", tmp_path / TOWN)
    second = cli("catalogue", "sign", catalogue, "--key", tmp_path / "kedua.pem")

    assert (rekeyed.code, first.code, second.code) == (0, 0, 0)
    assert "waits for 1 more of: kedua (" in first.out
    assert f"smartcity catalogue sign {catalogue}" in first.out
    assert "kota (" in second.out
    assert "kedua (" in second.out


def test_a_role_is_signed_anew_by_its_name(cli: Cli, catalogue: Path, tmp_path: Path) -> None:
    signed = cli("catalogue", "sign", catalogue, "cabut", "targets", "--key", tmp_path / MASTER, "--json")

    assert [one["role"] for one in signed.json["written"]] == ["cabut", "targets"]


def test_the_root_changes_by_name(cli: Cli, catalogue: Path, tmp_path: Path) -> None:
    cli("catalogue", "publish", catalogue, "--key", tmp_path / MASTER)
    cli("catalogue", "key", "new", tmp_path / "nasional.pem")

    rotated = cli(
        *("catalogue", "rotate-root", catalogue, "--public", tmp_path / "nasional.pem.pub"),
        *("--key", tmp_path / MASTER, "--key", tmp_path / "nasional.pem"),
    )
    published = cli("catalogue", "publish", catalogue, "--key", tmp_path / MASTER, "--json")

    assert rotated.code == 0
    assert published.json["published"]["root"] == 2
    assert cli("catalogue", "verify", catalogue, "--root", catalogue / "metadata" / "1.root.json").code == 0


def test_a_country_begins_with_keys_held_apart(cli: Cli, tmp_path: Path) -> None:
    for name in ("a", "b", "c", "web"):
        cli("catalogue", "key", "new", tmp_path / name, "--holder", name)
    roots = [word for name in "abc" for word in ("--root-key", tmp_path / f"{name}.pub")]
    folder = tmp_path / "nasional"

    begun = cli(
        *("catalogue", "init", folder, *roots, "--threshold", "2", "--online-key", tmp_path / "web.pub"),
        *("--key", tmp_path / "a", "--json"),
    )
    signed = cli("catalogue", "sign", folder, "--key", tmp_path / "c")
    published = cli("catalogue", "publish", folder, "--key", tmp_path / "web")

    assert (begun.code, signed.code, published.code) == (0, 0, 0)
    assert {one["missing"] for one in begun.json["written"]} == {1}


def test_the_current_folder_becomes_a_catalogue(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("catalogue", "key", "new", tmp_path / "k.pem")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    begun = cli("catalogue", "init", ".", "--key", "../k.pem")

    assert begun.code == 0
    assert cli("catalogue", "publish", ".", "--key", "../k.pem").code == 0
    assert sorted(path.name for path in Path().iterdir()) == ["drafts", "metadata", "targets"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "k.pem", "k.pem.pub"]


def test_encrypted_keys_take_their_passphrase_from_the_environment(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTCITY_KEY_PASSPHRASE", "rahasia sekali")
    cli("catalogue", "key", "new", tmp_path / "k.pem", "--passphrase")
    assert b"ENCRYPTED" in (tmp_path / "k.pem").read_bytes()

    begun = cli("catalogue", "init", tmp_path / "one", "--key", tmp_path / "k.pem")
    monkeypatch.setenv("SMARTCITY_KEY_PASSPHRASE", "another")
    wrong = cli("catalogue", "init", tmp_path / "two", "--key", tmp_path / "k.pem")

    assert (begun.code, wrong.code) == (0, 1)
    assert "error[key-unusable]" in wrong.err
    assert not (tmp_path / "two").exists()


def test_keys_are_told_apart_and_never_overwritten(cli: Cli, tmp_path: Path) -> None:
    made = cli("catalogue", "key", "new", tmp_path / "k.pem", "--json")
    again = cli("catalogue", "key", "new", tmp_path / "k.pem")
    public = cli("catalogue", "init", tmp_path / "one", "--key", tmp_path / "k.pem.pub")

    assert json.loads((tmp_path / "k.pem.pub").read_text())["keyid"] == made.json["keyid"]
    assert (again.code, public.code) == (1, 1)
    assert "holds no private key" in public.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["yank", "DIR", "parks", "--origin", CITY, "--reason", "x", "--key", "KEY"], "usage"),
        (["yank", "DIR", "parks==1", "--origin", CITY, "--key", "KEY"], "usage"),
        (["revoke", "DIR", "parks==1", "--origin", CITY, "--reason", "x", "--key", "KEY"], "release-unlisted"),
        (["revoke", "DIR", "parks==1", "--origin", "../x", "--reason", "x", "--key", "KEY"], "release-unlisted"),
        (["yank", "DIR", "parks==1", "--origin", CITY, "--reason", " ", "--key", "KEY"], "words-unfit"),
        (["revoke", "DIR", "parks==1", "--origin", CITY, "--reason", "x" * 1001, "--key", "KEY"], "words-unfit"),
        (["revoke", "DIR", "parks==1", "--origin", CITY, "--reason", "x", "--by", "", "--key", "KEY"], "words-unfit"),
        (["key", "new", "NEW", "--holder", ""], "usage"),
        (["key", "new", "NEW", "--holder", "two\nlines"], "usage"),
        (["rotate-root", "DIR", "--role", "timestamp", "--public", "TOWN.pub", "--key", "KEY"], "key-shared"),
        (["origin", "rekey", "DIR", "99.99", "--public", "KEY.pub", "--key", "KEY"], "role-unknown"),
        (["origin", "add", "DIR", "1", "--public", "KEY.pub", "--key", "KEY"], "key-shared"),
        (["sign", "DIR", "r-99.99", "--key", "KEY"], "role-unknown"),
        (["sign", "DIR", "3.r-99.99.json", "--key", "KEY"], "system-refused"),
        (["init", "DIR", "--key", "KEY"], "folder-not-empty"),
        (["publish", "NONE", "--key", "KEY"], "catalogue-invalid"),
        (["verify", "NONE", "--root", "KEY"], "catalogue-invalid"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    cli: Cli, catalogue: Path, tmp_path: Path, words: list[str], code: str
) -> None:
    places = {
        "DIR": str(catalogue),
        "KEY": str(tmp_path / MASTER),
        "KEY.pub": f"{tmp_path / MASTER}.pub",
        "NONE": str(tmp_path),
        "NEW": str(tmp_path / "new.pem"),
        "TOWN.pub": f"{tmp_path / TOWN}.pub",
    }
    before = {path: path.read_bytes() for path in catalogue.rglob("*") if path.is_file()}

    ran = cli("catalogue", *(places.get(word, word) for word in words))

    assert ran.code == (2 if code == "usage" else 1)
    assert code in ran.err
    assert "hint" in ran.err or "mend" in ran.err
    assert {path: path.read_bytes() for path in catalogue.rglob("*") if path.is_file()} == before


def test_whose_an_app_is_stands_in_its_manifest_first(cli: Cli, catalogue: Path, wheel: Path, tmp_path: Path) -> None:
    ran = cli("catalogue", "add", catalogue, wheel, "--origin", "32.73", "--key", tmp_path / TOWN)
    assert ran.code == 2
    assert f"says that it is of {CITY}" in ran.err
    assert "Leave `--origin` out" in ran.err


def test_a_key_in_the_folder_of_the_catalogue_is_not_used(cli: Cli, catalogue: Path, wheel: Path, tmp_path: Path) -> None:
    (tmp_path / TOWN).rename(catalogue / TOWN)
    ran = cli("catalogue", "add", catalogue, wheel, "--key", catalogue / TOWN)
    assert ran.code == 1
    assert "error[secret-unsafe]" in ran.err
    assert "lies in the catalogue, which is handed to everybody" in ran.err


def test_what_others_wrote_drives_no_terminal(cli: Cli, catalogue: Path, tmp_path: Path) -> None:
    path = "apps/73.71/parks/\x1b[2J\x07\u202ewhl.x"
    role = Targets(targets={path: TargetFile(1, {"sha256": "0" * 64}, path)})
    handed_in = tmp_path / f"1.r-{CITY}.json"
    handed_in.write_bytes(as_bytes(Metadata(role)))
    ran = cli("catalogue", "sign", catalogue, handed_in)
    assert ran.code == 1
    assert "path-foreign" in ran.err
    assert ran.err.replace("\n", "").isprintable()
