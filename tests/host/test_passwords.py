"""Which passwords are accepted, and that hashes say nothing of who exists."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from smartcity_share.errors import AccountError
from smartcity_share.host.passwords import MAX_LENGTH, PasswordHashes, check_password, generate_password, normalised
from tests.host.conftest import fast_hashes


@pytest.mark.parametrize(
    "password",
    [
        "empat kuda makan rumput",
        "gunung-biru-sepatu",
        "x7#Qm!pL2vRt",
        "пароль из четырёх слов",
        "🐟🐠🐡 tiga ikan kecil",
        "a b c d e f g h i j k l m",
    ],
)
def test_a_long_password_of_its_own_is_accepted(password: str) -> None:
    assert check_password(password) == normalised(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kuda makan", "shorter"),
        ("k" * (MAX_LENGTH + 1), "longer"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("abababababab", "repeats"),
        ("password1234", "tried first"),
        ("P@ssw0rd123456", "tried first"),
        ("Indonesia-Merdeka-1945", "tried first"),
        ("qwertyuiop123", "tried first"),
        ("bismillah786!!!", "tried first"),
        ("ani.mokodompit1", "tried first"),
        ("kabupaten-bolaang-1", "tried first"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, reason: str) -> None:
    with pytest.raises(AccountError, match=reason) as refused:
        check_password(password, own_words=("ani.mokodompit", "Ani Mokodompit", "Kabupaten Bolaang Mongondow Utara"))
    assert password not in str(refused.value)


def test_the_same_keys_on_two_keyboards_are_one_password() -> None:
    hashes = fast_hashes()
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in "full width")
    stored = hashes.make(check_password(f"{wide} words"))
    assert hashes.matches(stored, "full width words")


def test_a_wrong_password_and_an_unknown_account_do_the_same_work() -> None:
    class Counting(PasswordHasher):
        calls = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            Counting.calls += 1
            return super().verify(hash, password)

    hashes = PasswordHashes(Counting(time_cost=1, memory_cost=8, parallelism=1))
    stored = hashes.make("empat kuda makan rumput")
    assert not hashes.matches(stored, "lima kuda makan rumput")
    assert not hashes.matches(None, "lima kuda makan rumput")
    assert Counting.calls == 2


def test_a_damaged_hash_matches_nothing() -> None:
    assert not fast_hashes().matches("no hash at all", "empat kuda makan rumput")


def test_a_very_long_attempt_costs_no_more_than_a_short_one() -> None:
    hashes = fast_hashes()
    assert not hashes.matches(hashes.make("empat kuda makan rumput"), "x" * 10_000_000)


def test_the_recommended_parameters_are_argon2id_of_rfc_9106() -> None:
    assert PasswordHashes().make("empat kuda makan rumput").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_generated_passwords_are_accepted_and_differ() -> None:
    made = {generate_password() for _ in range(20)}
    assert len(made) == 20
    assert all(check_password(one) == one for one in made)
