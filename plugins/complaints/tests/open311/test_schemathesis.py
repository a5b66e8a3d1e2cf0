"""schemathesis sends what the published description allows and what it forbids, and finds no fault.

It runs as a program of its own against a real server on the loopback, with a fixed seed: the JSON addresses with every value at
its bounds and with generated ones, the XML addresses, which share the code, with generated ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartcity_complaints.open311 import api_keys
from smartcity_share import Installation

HERE = Path(__file__).parent
PROGRAM = Path(sys.executable).parent / "schemathesis"
SEED = "311"
pytestmark = pytest.mark.timeout(400)  # it runs beside other tests, on a machine that may be busy


@pytest.fixture
def run(
    serve: Callable[..., str], host: Any, api: Any, report: dict[str, str], public: Callable[..., str], tmp_path: Path
) -> Callable[..., str]:
    """Run it against an installation; its words are returned where it found no fault."""

    def make(of: Installation, key: str, *options: str, around: Callable[[Any], Any] = lambda app: app) -> str:
        number = public(kind="road")
        token = api.post(**report).json[0]["service_notice"].rpartition("kunci=")[2]
        given = {
            "OPEN311_TEST_KEY": key,
            "OPEN311_TEST_NUMBER": number,
            "OPEN311_TEST_TOKEN": token,
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        }
        command = [
            PROGRAM, "run", f"{serve(around(host(of)))}/openapi.json", "--seed", SEED, "--checks", "all",
            "--generation-database", "none", "--no-color", "--continue-on-failure", *options,
        ]  # fmt: skip
        result = subprocess.run(
            command, env={**os.environ, **given}, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=380
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return make


def test_no_fault_in_json(run: Callable[..., str], installation: Installation, key: str) -> None:
    words = run(installation, key, "--phases", "coverage,fuzzing", "--max-examples", "12", "--include-path-regex", r"\.json$")

    assert "7 passed" in words


class Mistaken:
    """The interface with numbers where the description says texts."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def altered(message: Any) -> None:
            if message["type"] == "http.response.body" and scope["path"].endswith("/services.json"):
                message = {**message, "body": message["body"].replace(b'"road"', b"123456")[: len(message["body"])]}
            await send(message)

        await self.app(scope, receive, altered)


def test_a_fault_would_be_found(run: Callable[..., str], installation: Installation, key: str) -> None:
    with pytest.raises(AssertionError, match="1 failed"):
        run(
            installation, key, "--phases", "fuzzing", "--max-examples", "2", "--include-path", "/services.json", around=Mistaken
        )


def test_no_fault_in_xml(run: Callable[..., str], installation: Installation, key: str) -> None:
    words = run(installation, key, "--phases", "fuzzing", "--max-examples", "12", "--include-path-regex", r"\.xml$")

    assert "7 passed" in words


def test_no_fault_where_a_region_is_strict(
    run: Callable[..., str], install: Callable[..., Installation], official: Callable[..., Any]
) -> None:
    """A bounded area, no anonymous reports, required answers: what the description says of them holds."""
    strict = install(
        area={"south": -1.0, "west": 124.0, "north": 0.0, "east": 125.0},
        anonymous_allowed=False,
        open311={
            "attributes": [
                {"service": "waste", "code": "since", "question": {"id": "Sejak"}, "datatype": "datetime", "required": True},
                {"service": "waste", "code": "sacks", "question": {"id": "Karung"}, "datatype": "number", "required": True},
                {"service": "road", "code": "note", "question": {"id": "Catatan"}, "datatype": "text"},
            ]
        },
    )
    key = api_keys.create(strict, official(), "Program")
    words = run(strict, key, "--phases", "fuzzing", "--max-examples", "20", "--include-path", "/requests.json")

    assert "2 passed" in words
