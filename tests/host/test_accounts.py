"""The accounts of officials."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from smartcity_share.errors import AccountError
from smartcity_share.host.passwords import PasswordHashes
from smartcity_share.host.services import make_services
from tests.host.conftest import CITY, NORTH, PASSWORD, Town, fast_hashes


def test_an_account_is_added_and_found_whatever_the_case_of_its_login(town: Town) -> None:
    account = town.add("Ani.M", roles={"echo": ["head"], "console": ["admin"]})
    assert (account.login, account.name, account.roles) == (
        "ani.m",
        "Ani Mokodompit",
        {"console": frozenset({"admin"}), "echo": frozenset({"head"})},
    )
    assert town.services.accounts.find(NORTH, " ANI.M ") == account
    assert town.services.accounts.list(NORTH) == (account,)


@pytest.mark.parametrize("login", ["", "ab", "a b c", ".abc", "abc.", "a/../b", "a" * 101, "ad\nmin", "ädmin"])
def test_a_login_that_is_none_is_refused(town: Town, login: str) -> None:
    with pytest.raises(AccountError, match="no login"):
        town.add(login)


def test_a_login_is_taken_once_per_region(town: Town) -> None:
    town.add("ani")
    town.add("ani", region=CITY)
    with pytest.raises(AccountError, match="already has an account `ani`"):
        town.add("ANI")


@pytest.mark.parametrize(
    ("roles", "message", "hint"),
    [
        ({"echo": ["haed"]}, "`echo` has no role `haed`", "Did you mean `head`?"),
        ({"ecko": ["head"]}, "No app `ecko`", "Did you mean `echo`?"),
        ({"console": ["admim"]}, "`console` has no role `admim`", "Did you mean `admin`?"),
    ],
)
def test_a_role_no_manifest_has_is_refused_with_the_near_one(
    town: Town, roles: dict[str, list[str]], message: str, hint: str
) -> None:
    with pytest.raises(AccountError, match=message) as refused:
        town.add(roles=roles)
    assert hint in str(refused.value.hint)


def test_an_office_the_profile_does_not_have_is_refused(town: Town) -> None:
    with pytest.raises(AccountError, match="no office `dlh`"):
        town.add(office="dlh")


def test_an_account_of_another_region_is_not_told_apart_from_none(town: Town) -> None:
    account = town.add()
    for wrong in (account.id, "a" * 25):
        with pytest.raises(AccountError, match="no such account"):
            town.services.accounts.set_disabled(CITY, wrong, disabled=True)


def test_a_login_that_is_not_there_is_answered_with_the_near_one(town: Town) -> None:
    town.add("ani.mokodompit")
    with pytest.raises(AccountError) as refused:
        town.services.accounts.by_login(NORTH, "ani.mokodompid")
    assert refused.value.hint == "Did you mean `ani.mokodompit`?"


def test_a_right_password_matches_and_a_wrong_one_a_disabled_account_and_nobody_do_not(town: Town) -> None:
    accounts, account = town.services.accounts, town.add()
    assert accounts.password_matches(NORTH, "ANI", PASSWORD) == account
    assert accounts.password_matches(NORTH, "ani", PASSWORD + "x") is None
    assert accounts.password_matches(CITY, "ani", PASSWORD) is None
    accounts.set_disabled(NORTH, account.id, disabled=True)
    assert accounts.password_matches(NORTH, "ani", PASSWORD) is None


def test_a_hash_made_with_older_parameters_is_renewed_at_sign_in(town: Town) -> None:
    account = town.add()
    newer = PasswordHashes(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    renewed = make_services(town.instance, hashes=newer).accounts
    assert renewed.password_matches(NORTH, "ani", PASSWORD) == account
    with town.instance.accounts_database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT password FROM accounts").scalar()
    assert "m=16,t=2" in str(stored)
    assert make_services(town.instance, hashes=fast_hashes()).accounts.password_matches(NORTH, "ani", PASSWORD) == account


def test_no_password_is_stored(town: Town) -> None:
    town.add()
    town.instance.close()
    content = b"".join(path.read_bytes() for path in town.instance.folder.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in content


def test_roles_of_an_app_that_left_the_region_stay_without_being_given_anew(town: Town) -> None:
    account = town.add(roles={"echo": ["head"]})
    town.instance.ledger.drop_installation(NORTH, "echo")
    kept = town.services.accounts.set_roles(NORTH, account.id, {"echo": ["head"], "console": ["auditor"]})
    assert kept.roles == {"console": frozenset({"auditor"}), "echo": frozenset({"head"})}
    with pytest.raises(AccountError):
        town.services.accounts.set_roles(NORTH, account.id, {"echo": ["officer"]})


def test_the_name_is_shown_as_given_with_single_spaces_and_nothing_hidden(town: Town) -> None:
    account = town.add(name="  Ani   <b>Mokodompit</b> ")
    assert account.name == "Ani <b>Mokodompit</b>"
    for wrong in ("", " ", "a" * 201, "Ani\u202e"):
        with pytest.raises(AccountError):
            town.services.accounts.set_name(NORTH, account.id, wrong)
