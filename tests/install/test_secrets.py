"""A secret is in its own file and nowhere else: not in ledger, audit trail, plan, export, message or output."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute
from smartcity_share.errors import SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, configure_app, diagnose, erase_app, install_app, open_installation, remove_app
from tests.install.conftest import REGION, tree

MARKER = "marker-4711-secret"
SECOND = "marker-0815-secret"


def files_with(folder: Path, *markers: str) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(marker.encode() in path.read_bytes() for marker in markers)
    ]


def test_a_secret_is_found_in_its_own_file_only(
    instance: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Install, look at everything there is to look at, change it, fail with it, export and remove."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    shown: list[object] = []
    try:
        shown.append(install_app(instance, REGION, parks_wheel, {"public_name": "Taman", "token": MARKER}, actor=actor))
        assert files_with(instance.folder, MARKER) == [f"secrets/{REGION}/parks/token"]
        shown.append(open_installation(instance, REGION, "parks"))
        for words in (
            ["status"],
            ["status", "--json"],
            ["configure", "parks", "--list"],
            ["configure", "parks", "--list", "--json"],
            ["configure", "parks", "--set", f"token={SECOND}", "--plan", "--json"],
            ["configure", "parks", "--set", f"token={SECOND}", "--plan"],
            ["configure", "parks", "--set", f"opening_hour={SECOND}", "--set", f"token={SECOND}"],
            ["configure", "parks", "--set", "public_name=leaky", "--set", f"token={SECOND}"],
            ["doctor"],
            ["remove", "parks", "--export", str(tmp_path / "never"), "--plan", "--json"],
        ):
            execute([words[0], *words[1:], "--instance", str(instance.folder), "--region", REGION])
        shown.append(configure_app(instance, REGION, "parks", {"token": SECOND}, actor=actor))
        with pytest.raises(SmartCityError) as caught:
            configure_app(instance, REGION, "parks", {"public_name": "leaky", "token": MARKER}, actor=actor)
        shown += [caught.value.message, caught.value.hint]
        assert files_with(instance.folder, MARKER, SECOND) == [f"secrets/{REGION}/parks/token"]
        shown.append(remove_app(instance, REGION, "parks", export=tmp_path / "out", actor=actor))
        shown.append(erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor))
        shown += [instance.ledger.operations(), instance.ledger.deletions(), instance.audit.entries(REGION)]
    finally:
        logging.getLogger().removeHandler(handler)
    assert files_with(instance.folder, MARKER, SECOND) == []
    assert files_with(tmp_path / "out", MARKER, SECOND) == []
    printed = capfd.readouterr()
    for text in (printed.out, printed.err, log.getvalue(), repr(shown), str(shown)):
        assert MARKER not in text
        assert SECOND not in text
    assert '"secret": true' in printed.out


def test_a_secret_an_app_tells_in_its_health_is_hidden(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman", "token": MARKER}, actor=actor)
    (value,) = [value for value in instance.ledger.settings(REGION, "parks") if value.key == "public_name"]
    import attrs

    instance.ledger.replace_settings([attrs.evolve(value, value="leaky")])
    (finding,) = diagnose(instance)
    assert "cannot use •••" in finding.message


def test_the_files_and_folders_of_secrets_are_closed_to_others(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman", "token": MARKER}, actor=actor)
    secrets = instance.layout.all_secrets
    modes = {path.relative_to(secrets).as_posix(): path.stat().st_mode & 0o777 for path in secrets.rglob("*")}
    own = {name: mode for name, mode in modes.items() if name.startswith("_instance")}
    assert set(own.items()) <= {("_instance", 0o700), ("_instance/database", 0o700), ("_instance/database/url", 0o600)}
    modes = {name: mode for name, mode in modes.items() if name not in own}
    assert modes == {REGION: 0o700, f"{REGION}/parks": 0o700, f"{REGION}/parks/token": 0o600}


def test_no_old_secret_is_left_in_the_scratch_folder(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman", "token": MARKER}, actor=actor)
    configure_app(instance, REGION, "parks", {"token": SECOND}, actor=actor)
    assert [name for name in tree(instance.folder) if name.startswith("tmp/")] == []
