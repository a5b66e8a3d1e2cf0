"""``smartcity user``: the accounts of officials from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from smartcity_share.cli.main import main
from smartcity_share.errors import SmartCityError
from smartcity_share.host.services import make_services
from smartcity_share.install.instance import Instance

PASSWORD = "empat kuda makan rumput"

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """An instance of one region."""
    return Instance.create(tmp_path / "instance", ["71.08"])


@pytest.fixture
def run(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``smartcity user …`` on it."""
    monkeypatch.setenv("SMARTCITY_INSTANCE", str(instance.folder))

    def invoke(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, ["user", *words], input=typed)

    return invoke


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_an_account_is_added_with_a_password_from_standard_input(run: Run, instance: Instance) -> None:
    result = run("add", "ani", "--name", "Ani M", "--role", "console:admin", "--password-stdin", typed=PASSWORD + "\n")
    assert (result.exit_code, result.output) == (0, "Added ani to region 71.08.\n")
    account = make_services(instance).accounts.password_matches("71.08", "ani", PASSWORD)
    assert account is not None
    assert (account.roles, account.must_change) == ({"console": frozenset({"admin"})}, False)


def test_a_password_is_asked_for_twice_and_not_shown(run: Run) -> None:
    result = run("add", "ani", "--name", "Ani M", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output


def test_a_generated_password_is_printed_once_works_and_has_to_be_changed(run: Run, instance: Instance) -> None:
    made = _json(run("add", "ani", "--name", "Ani M", "--generate", "--json"))
    account = make_services(instance).accounts.password_matches("71.08", "ani", made["password"])
    assert account is not None
    assert (account.must_change, made["account"]["must_change"]) == (True, True)
    assert "password" not in json.dumps(_json(run("list", "--json")))


def test_accounts_are_listed_as_a_table_and_as_json(run: Run) -> None:
    run("add", "ani", "--name", "Ani M", "--role", "console:auditor", "--password-stdin", typed=PASSWORD)
    assert _json(run("list", "--json"))["accounts"][0]["roles"] == ["console:auditor"]
    assert "console:auditor" in run("list").output


def test_a_region_without_account_says_how_to_add_one(run: Run) -> None:
    assert "smartcity user add" in run("list").output


def test_a_password_is_set_anew(run: Run, instance: Instance) -> None:
    run("add", "ani", "--name", "Ani M", "--password-stdin", typed=PASSWORD)
    assert run("password", "ANI", "--password-stdin", "--must-change", typed="lima sapi minum kopi\n").exit_code == 0
    account = make_services(instance).accounts.password_matches("71.08", "ani", "lima sapi minum kopi")
    assert account is not None
    assert account.must_change


def test_an_account_is_disabled_and_enabled(run: Run) -> None:
    run("add", "ani", "--name", "Ani M", "--password-stdin", typed=PASSWORD)
    assert _json(run("disable", "ani", "--json"))["account"]["disabled"] is True
    assert _json(run("disable", "ani", "--undo", "--json"))["account"]["disabled"] is False


def test_roles_are_replaced(run: Run) -> None:
    run("add", "ani", "--name", "Ani M", "--role", "console:admin", "--password-stdin", typed=PASSWORD)
    assert run("roles", "ani", "--role", "console:auditor").output == "ani holds: console:auditor.\n"
    assert run("roles", "ani").output == "ani holds: no role.\n"


def test_every_change_is_recorded(run: Run, instance: Instance) -> None:
    run("add", "ani", "--name", "Ani M", "--password-stdin", typed=PASSWORD)
    run("roles", "ani", "--role", "console:auditor")
    run("disable", "ani")
    run("password", "ani", "--generate")
    actions = [entry.action for entry in instance.audit.entries("71.08")]
    assert actions == ["account.password-set", "account.disabled", "account.changed", "account.added"]


@pytest.mark.parametrize(
    ("words", "typed", "code", "message"),
    [
        (("add", "ani", "--name", "A", "--password-stdin"), "pendek\n", "account-invalid", "shorter than 12"),
        (("add", "ani", "--name", "A", "--password-stdin"), "", "account-invalid", "no password"),
        (("add", "ani", "--name", "A", "--role", "admin", "--password-stdin"), PASSWORD, "usage", "`admin` is no role"),
        (
            ("add", "ani", "--name", "A", "--role", "console:amdin", "--password-stdin"),
            PASSWORD,
            "account-invalid",
            "no role `amdin`",
        ),
        (("add", "ani", "--name", "A", "--generate", "--password-stdin"), PASSWORD, "usage", "exclude each other"),
        (("list", "--region", "99.99"), None, "region-not-found", "99.99"),
        (("disable", "budi"), None, "account-invalid", "no account `budi`"),
    ],
)
def test_what_cannot_be_is_refused_with_its_mend(
    run: Run, words: tuple[str, ...], typed: str | None, code: str, message: str
) -> None:
    error = run(*words, typed=typed).exception
    assert isinstance(error, SmartCityError)
    assert (error.code, message in error.message, bool(error.hint)) == (code, True, True)


def test_an_instance_of_several_regions_wants_to_know_which(run: Run, instance: Instance) -> None:
    instance.add_region("73.71")
    error = run("list").exception
    assert isinstance(error, SmartCityError)
    assert error.hint == "Name one: --region 71.08 | 73.71"
