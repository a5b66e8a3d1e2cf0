"""A reporter takes along everything that is held, and nobody else does."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.filing import Filed
from smartcity_complaints.privacy.requests import ask_erasure
from smartcity_complaints.privacy.subject import own_data
from smartcity_share import Installation

Mark = Callable[..., Filed]


def _read(content: bytes) -> tuple[dict[str, Any], list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("data.json")), sorted(archive.namelist())


def test_everything_of_the_reporter_is_in_it(installation: Installation, mark: Mark, audit: Any) -> None:
    filed = mark(handled=True)
    ask_erasure(installation, filed.number, filed.token, "Saya pindah.")
    content = own_data(installation, filed.number, filed.token)
    data, names = _read(content)

    assert names == ["data.json", "photos/1.jpg"]
    assert data["reporter"]["name"] == "TANDANAMA Contoh"
    assert data["reporter"]["email"] == "tandasurel@contoh.example"
    assert data["reporter"]["phone"] == "+62 811 7770 888"
    assert data["report"]["text"].startswith("TANDAISI")
    assert data["report"]["place"] == "TANDATEMPAT nomor 7"
    assert data["report"]["latitude"] == 0.7771234
    assert data["answers"] == [{"code": "pole-number", "value": "TANDAJAWABAN"}]
    assert [event["text"] for event in data["history"] if event["text"]] == ["TANDABALASAN"]
    assert data["erasure_requests"][0]["words"] == "Saya pindah."
    assert data["report"]["submitted_at"] == "2026-03-02T01:00:00+00:00"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert Image.open(io.BytesIO(archive.read("photos/1.jpg"))).format == "JPEG"
    assert audit.entries[-1][:3] == (None, "privacy.own-data-exported", filed.number)


def test_what_officials_keep_among_themselves_is_not_in_it(installation: Installation, mark: Mark) -> None:
    filed = mark(handled=True)
    content, _ = _read(own_data(installation, filed.number, filed.token))

    assert not any(word in str(content) for word in ("TANDACATATAN", "TANDAPERINTAH", "TANDAPETUGAS"))


def test_an_anonymous_report_has_no_reporter(installation: Installation, mark: Mark) -> None:
    filed = mark(name="", email="", phone="", notices=False)

    assert _read(own_data(installation, filed.number, filed.token))[0]["reporter"] is None


@pytest.mark.parametrize("token", ["", "A" * 26])
def test_without_the_secret_there_is_nothing(installation: Installation, mark: Mark, token: str) -> None:
    with pytest.raises(ReportNotFoundError):
        own_data(installation, mark().number, token)


def test_the_secret_of_one_report_opens_no_other(installation: Installation, mark: Mark) -> None:
    one, other = mark(), mark()
    with pytest.raises(ReportNotFoundError):
        own_data(installation, other.number, one.token)
