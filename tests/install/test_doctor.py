"""The doctor names every fault with its mend; one broken app, region or file never stops the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Finding, Instance, diagnose, install_app, open_installation
from smartcity_share.install.records import OperationState
from tests.apps.factory import HELLO, AppFactory
from tests.install.conftest import NOW, OTHER, REGION
from tests.kept import Brought

BROKEN = {
    "import-error": ("import a_module_nobody_has\n", "app-import-failed"),
    "wrong-argument": (HELLO + "\n\n@hookimpl\ndef check_health(installation, weather):\n    return None\n", "hook-invalid"),
    "misspelt-hook": (HELLO + "\n\n@hookimpl\ndef chek_health(installation):\n    return None\n", "hook-invalid"),
}


def found(instance: Instance, timeout: float = 20) -> dict[str, str]:
    findings = diagnose(instance, timeout=timeout)
    assert all(finding.message and finding.mend for finding in findings), findings
    return {finding.code: finding.subject for finding in findings}


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with the app in two regions."""

    def make(own: Instance) -> None:
        install_app(own, REGION, parks_wheel, {"public_name": "Taman", "token": "marker-1"}, actor=actor)
        install_app(own, OTHER, parks_wheel, {"public_name": "Taman"}, actor=actor)

    return brought(__name__, make)


def test_nothing_is_found_where_all_is_well(parks: Instance) -> None:
    assert diagnose(parks, timeout=20) == ()


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_app_of_the_environment_is_named_and_the_others_work(
    parks: Instance, app_factory: AppFactory, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    plugin, code = BROKEN[kind]
    monkeypatch.syspath_prepend(app_factory.installed("broken", plugin=plugin))
    parks.close()
    again = Instance.open(parks.folder, now=parks.now)
    assert found(again) == {code: "app broken"}
    assert open_installation(again, REGION, "parks").settings.public_name == "Taman"
    again.close()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise RuntimeError('no park today')", "no park today"),
        ("import threading; threading.Event().wait(30)", "did not answer in 0.3 s"),
        ("return 'fine'", "returned"),
    ],
)
def test_an_app_that_raises_or_hangs_in_its_health_is_named_and_the_others_are_asked(
    parks: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path, body: str, told: str
) -> None:
    source = HELLO + (
        "\n\nfrom pathlib import Path\n\n\n@hookimpl\ndef check_health(installation):\n"
        f"    if Path({str(tmp_path / 'ill')!r}).exists():\n        {body}\n"
    )
    install_app(parks, REGION, app_factory.wheel("ill", plugin=source), actor=actor)
    assert diagnose(parks, timeout=20) == ()
    (tmp_path / "ill").touch()
    (finding,) = diagnose(parks, timeout=0.3)
    assert (finding.code, finding.subject, finding.region, finding.app) == ("health-failed", f"{REGION}/ill", REGION, "ill")
    assert told in finding.message


def test_a_profile_with_faults_or_an_expired_signatory_is_named_with_its_line(parks: Instance) -> None:
    (parks.profile_folder(REGION) / "profile.toml").write_text('profile_version = 1\ncode = "71.08"\ncolor = 1\n')
    (parks.profile_folder(OTHER) / "profile.toml").write_text(
        'profile_version = 1\ncode = "13.10"\n[[officials]]\npost = "head"\nname = "Contoh"\n'
        'from = 2020-01-01\nuntil = 2026-01-01\nsigns = ["decision"]\n'
    )
    findings = {(one.code, one.region, str(one.severity)) for one in diagnose(parks, timeout=20)}
    assert {("key-unknown", REGION, "error"), ("signatory-expired", OTHER, "warning")} <= findings
    expired = next(one for one in diagnose(parks, timeout=20) if one.code == "signatory-expired")
    assert "profile.toml:7" in expired.message


def test_a_lost_profile_does_not_stop_the_other_region(parks: Instance) -> None:
    (parks.profile_folder(REGION) / "profile.toml").unlink()
    regions = {finding.region for finding in diagnose(parks, timeout=20)}
    assert regions == {REGION}
    assert open_installation(parks, OTHER, "parks").settings.public_name == "Taman"


Damage = Callable[[Instance], object]


def an_open_secret(instance: Instance) -> None:
    (instance.folder / "secrets" / REGION / "parks" / "token").chmod(0o644)


def a_lost_secret(instance: Instance) -> None:
    (instance.folder / "secrets" / REGION / "parks" / "token").unlink()


def changed_code(instance: Instance) -> None:
    next(instance.code_folders()[0].glob("*/smartcity.toml")).write_bytes(b"changed")


def foreign_code(instance: Instance) -> None:
    (instance.code_folders()[0] / "sitecustomize.py").write_text("")


def a_damaged_database(instance: Instance) -> None:
    instance.close()
    path = instance.layout.database(REGION, "parks")
    if not path.exists():
        pytest.skip("PostgreSQL looks after its own files")
    path.write_bytes(path.read_bytes()[:4096] + b"\0" * 4096)


def a_changed_audit_trail(instance: Instance) -> None:
    with instance.accounts_database.begin() as connection:
        on_audit = {"sqlite": "audit_no_update", "postgresql": "audit_no_change ON audit"}[connection.dialect.name]
        connection.exec_driver_sql(f"DROP TRIGGER {on_audit}")
        connection.exec_driver_sql("UPDATE audit SET name = 'nobody'")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (an_open_secret, "secret-unsafe"),
        (a_lost_secret, "secret-unsafe"),
        (changed_code, "code-changed"),
        (foreign_code, "code-changed"),
        (a_damaged_database, "database-damaged"),
        (a_changed_audit_trail, "audit-chain-broken"),
    ],
)
def test_damage_on_the_disk_is_named(parks: Instance, damage: Damage, code: str) -> None:
    damage(parks)
    assert code in found(parks)


def test_a_lost_code_folder_is_named_for_every_region_that_uses_it(parks: Instance) -> None:
    import shutil

    shutil.rmtree(parks.code_folders()[0])
    parks.close()
    again = Instance.open(parks.folder, now=parks.now)
    findings = diagnose(again, timeout=20)
    assert {(one.code, one.region) for one in findings} == {
        ("code-changed", None),
        ("app-not-found", REGION),
        ("app-not-found", OTHER),
    }
    again.close()


def test_an_installation_of_a_newer_data_epoch_is_not_opened_and_named(parks: Instance) -> None:
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    parks.ledger.put_installation(attrs.evolve(record, data_epoch=2))
    assert found(parks) == {"data-epoch-differs": f"{REGION}/parks"}


def test_an_operation_left_for_a_person_is_named_with_the_next_command(parks: Instance) -> None:
    (operation, _) = parks.ledger.operations(OperationState.DONE)
    left = attrs.evolve(
        operation, id="left", state=OperationState.RUNNING, finished_at=None, owner="1@another boot", started_at=NOW
    )
    parks.ledger.begin_operation(left)
    (finding,) = diagnose(parks, timeout=20)
    assert (finding.code, finding.mend) == ("operation-cut-off", "Run `smartcity resume left`.")


def test_a_faulty_instance_toml_is_named_and_the_rest_is_looked_at(parks: Instance) -> None:
    with (parks.folder / "instance.toml").open("a") as file:
        file.write("[serveur]\n")
    parks.close()
    again = Instance.open(parks.folder, now=parks.now, check_config=False)
    codes: set[Finding | str] = {finding.code for finding in diagnose(again)}
    assert codes == {"instance-config-invalid"}
    again.close()


def test_only_the_region_that_is_asked_for_is_looked_at(parks: Instance) -> None:
    an_open_secret(parks)
    assert diagnose(parks, region=OTHER, timeout=20) == ()
    assert len(diagnose(parks, region=REGION, timeout=20)) == 1
