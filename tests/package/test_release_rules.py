"""Each rule about the content of a wheel fires where it should, and is silent beside it."""

from __future__ import annotations

import pytest

from smartcity_share.package.rules import size
from smartcity_share.package.rules.base import Content
from smartcity_share.package.rules.every import content_faults

KEY = b"-----BEGIN " + b"OPENSSH PRIVATE KEY-----\n"


def found(name: str, data: bytes) -> list[tuple[str, int | None]]:
    """Code and line of each fault of a wheel with one file."""
    return [(fault.code, fault.where.line) for fault in content_faults(Content("a.whl", {name: data}, "/projects/somebody/p"))]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a/.env", b"", ("wheel-has-secret", None)),
        ("a/.env.production", b"", ("wheel-has-secret", None)),
        ("a/id_ed25519", b"", ("wheel-has-secret", None)),
        ("a/store.p12", b"", ("wheel-has-secret", None)),
        ("a/b.py", b"x = 1\n" + KEY, ("wheel-has-secret", 2)),
        ("a/b.py", b"k = 'AKIA" + b"A" * 16 + b"'", ("wheel-has-secret", 1)),
        ("a/b.py", b"k = 'ghp_" + b"a1" * 18 + b"'", ("wheel-has-secret", 1)),
        ("a/b.py", b"k = 'xoxb-" + b"1" * 24 + b"'", ("wheel-has-secret", 1)),
        ("a/b.py", b"u = 'postgresql://app:" + b"hunter2@db.example/x'", ("wheel-has-secret", 1)),
        ("a/b.py", b"\nPASSWORD = 'correct" + b"Horse7'", ("wheel-has-secret", 2)),
        ("a/people.sqlite3", b"", ("wheel-has-data", None)),
        ("a/people.bin", b"SQLite format 3\0rest", ("wheel-has-data", None)),
        ("a/people.sql", b"--\n-- PostgreSQL database dump\n", ("wheel-has-data", None)),
        ("a/people.csv", b"name\n" * 1001, ("wheel-has-data", None)),
        ("tests/a.py", b"", ("wheel-has-tests", None)),
        ("a/test_b.py", b"", ("wheel-has-tests", None)),
        ("a/conftest.py", b"", ("wheel-has-tests", None)),
        ("a/__pycache__/b.cpython-311.pyc", b"", ("wheel-has-leftovers", None)),
        ("a/b.py~", b"", ("wheel-has-leftovers", None)),
        ("a/b.py", b"\nx = '/projects/somebody/p/data'", ("wheel-has-build-path", 2)),
        ("a/movie.bin", b"\0" * (size.MOST_FILE + 1), ("wheel-too-large", None)),
    ],
)
def test_a_file_that_must_not_travel_is_found(name: str, data: bytes, expected: tuple[str, int | None]) -> None:
    assert found(name, data) == [expected]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a/environment.py", b"password = form['password']"),
        ("a/b.py", b"PASSWORD = 'password_field'\nurl = 'https://example.org/a:b@c'"),
        ("a/b.py", b"# postgresql://{user}:{password}@{host}/"),
        ("a/certificate.pem", b"-----BEGIN CERTIFICATE-----\n"),
        ("a/kinds.csv", b"name\n" * 20),
        ("a/attest.py", b""),
        ("a/b.py", b"x = '/projects/somebody/other'"),
    ],
)
def test_a_file_that_only_looks_like_it_is_let_through(name: str, data: bytes) -> None:
    assert found(name, data) == []


def test_a_wheel_that_is_too_large_as_a_whole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "MOST_WHOLE", 10)

    assert found("a/b.txt", b"12345678901") == [("wheel-too-large", None)]
