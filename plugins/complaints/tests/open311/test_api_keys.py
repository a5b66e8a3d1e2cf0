"""API keys: given out by officials, shown once, kept as a fingerprint, revoked at any time, of one installation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from smartcity_complaints import model, store
from smartcity_complaints.errors import NotAllowedError, NotPossibleError
from smartcity_complaints.open311 import api_keys
from smartcity_share import Actor, Installation
from smartcity_share.testing import VISITOR, AppUnderTest, Manifest

Official = Callable[..., Actor]
PAGE = "/71.08/complaints/petugas/kunci-api"


@pytest.fixture
def browser(installation: Installation, official: Official, host: Any) -> Callable[..., TestClient]:
    """Make browsers: ``browser(official("verifier"))``."""

    def make(actor: Actor | None = None, language: str = "en") -> TestClient:
        return TestClient(host(installation, actor or official(), language), follow_redirects=False)

    return make


def test_a_key_works_until_it_is_revoked(
    installation: Installation, official: Official, api: Any, report: dict[str, str]
) -> None:
    key = api_keys.create(installation, official(), "Aplikasi Kampung")
    (entry,) = (entry for entry in api_keys.all_keys(installation) if entry.name == "Aplikasi Kampung")
    assert api.post(key=key, **report).status == 201
    api_keys.revoke(installation, official(), entry.id)

    assert api.post(key=key, **report).status == 403


def test_the_key_itself_is_kept_nowhere(installation: Installation, key: str, audit: Any) -> None:
    with store.reading(installation) as connection:
        stored = str(connection.execute(select(model.api_key)).all())

    assert key.startswith("o311_")
    assert len(key) > 40
    assert key not in stored
    assert key.removeprefix("o311_") not in stored + str(audit.entries)


def test_giving_out_and_revoking_are_recorded(installation: Installation, official: Official, audit: Any) -> None:
    api_keys.create(installation, official(), "  Aplikasi \n Kampung ")
    (entry,) = api_keys.all_keys(installation)
    api_keys.revoke(installation, official(), entry.id)
    api_keys.revoke(installation, official(), entry.id)

    assert [(action, subject) for _, action, subject, _ in audit.entries] == [
        ("apikey.created", "Aplikasi Kampung"),
        ("apikey.revoked", "Aplikasi Kampung"),
    ]


def test_the_day_a_key_was_last_used_is_that_of_the_region(
    installation: Installation, key: str, api: Any, report: dict[str, str], clock: Any
) -> None:
    assert api_keys.all_keys(installation)[0].last_used_on is None
    clock.move(hours=15, minutes=30)  # 16.30 UTC: the next day has begun in the region
    api.post(**report)

    assert api_keys.all_keys(installation)[0].last_used_on == date(2026, 3, 3)


def test_reading_wants_no_key(api: Any) -> None:
    assert api.get("requests.json").status == 200


def test_a_key_of_another_installation_is_none(
    install: Callable[..., Installation], official: Official, connect: Any, report: dict[str, str]
) -> None:
    one, other = install("71.08"), install("71.08")
    key = api_keys.create(one, official(), "Program")

    assert connect(one).post(key=key, **report).status == 201
    assert connect(other).post(key=key, **report).status == 403


@pytest.mark.parametrize("role", ["verifier", "office-officer", "leader"])
def test_only_the_coordinator_gives_out_and_revokes(
    installation: Installation, official: Official, key: str, role: str
) -> None:
    (entry,) = api_keys.all_keys(installation)
    with pytest.raises(NotAllowedError):
        api_keys.create(installation, official(role), "Program")
    with pytest.raises(NotAllowedError):
        api_keys.revoke(installation, official(role), entry.id)

    assert api_keys.is_valid(installation, key)


def test_a_name_is_needed_fits_and_is_free(installation: Installation, official: Official) -> None:
    api_keys.create(installation, official(), "Program")
    for name, said in (("  ", "which program"), ("x" * 81, "longer than 80"), ("PROGRAM", "valid key of this name")):
        with pytest.raises(NotPossibleError, match=said):
            api_keys.create(installation, official(), name)


def test_there_are_never_more_valid_keys_than_anyone_can_look_after(
    installation: Installation, official: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 2)
    for name in ("a", "b"):
        api_keys.create(installation, official(), name)
    with pytest.raises(NotPossibleError, match="There are 2 valid keys"):
        api_keys.create(installation, official(), "c")


# -- the page --------------------------------------------------------------------------------------------------------------


def test_the_page_shows_a_new_key_once(browser: Callable[..., TestClient], installation: Installation) -> None:
    given = browser().post(PAGE, data={"name": "Aplikasi Kampung"})
    found = re.search(r'value="(o311_[A-Za-z0-9_-]+)"', given.text)
    assert found is not None
    again = browser().get(PAGE)

    assert given.status_code == 200
    assert given.headers["cache-control"] == "private, no-store"
    assert api_keys.is_valid(installation, found[1])
    assert "Aplikasi Kampung" in again.text
    assert found[1] not in again.text


def test_a_key_is_revoked_from_the_page(browser: Callable[..., TestClient], installation: Installation, key: str) -> None:
    (entry,) = api_keys.all_keys(installation)
    answer = browser().post(f"{PAGE}/{entry.id}/cabut")

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert not api_keys.is_valid(installation, key)
    assert "Revoked" in browser().get(PAGE).text


def test_what_was_refused_is_said_beside_the_field_with_what_was_typed(browser: Callable[..., TestClient], key: str) -> None:
    answer = browser(language="id").post(PAGE, data={"name": "Program Contoh"})

    assert answer.status_code == 422
    assert "Sudah ada kunci berlaku dengan nama ini" in answer.text
    assert 'value="Program Contoh"' in answer.text


@pytest.mark.parametrize("role", ["verifier", "office-officer", "leader", None])
def test_the_page_is_not_there_for_anyone_else(
    browser: Callable[..., TestClient], official: Official, installation: Installation, role: str | None
) -> None:
    other = browser(official(role) if role else VISITOR)

    assert other.get(PAGE).status_code == 404
    assert other.post(PAGE, data={"name": "x"}).status_code == 404
    assert other.post(f"{PAGE}/1/cabut").status_code == 404
    assert api_keys.all_keys(installation) == ()


def test_the_work_list_leads_the_coordinator_there_and_nobody_else(
    browser: Callable[..., TestClient], official: Official
) -> None:
    assert PAGE in browser().get("/71.08/complaints/petugas").text
    assert PAGE not in browser(official("verifier")).get("/71.08/complaints/petugas").text


def test_names_of_programs_are_text(browser: Callable[..., TestClient]) -> None:
    assert "<img" not in browser().post(PAGE, data={"name": "<img src=x onerror=alert(1)>"}).text.replace(
        '<img src="/71.08', ""
    )


def test_the_manifest_lets_the_host_enforce_the_same(app: AppUnderTest) -> None:
    keys, revoked = app.page("/petugas/kunci-api", "POST"), app.page("/petugas/kunci-api/7/cabut", "POST")
    served = app.page("/open311/v2/requests.json", "POST")
    assert keys is not None
    assert revoked is not None
    assert served is not None

    assert (keys.access, keys.permission) == ("permission", "apikey.manage") == (revoked.access, revoked.permission)
    assert served.access == "public"


def test_the_manifest_declares_what_is_stored(manifest: Manifest) -> None:
    for data_id, table in {"answers": model.answer, "api-keys": model.api_key}.items():
        declared = next(data for data in manifest.data if data.id == data_id)
        left_out = {"id", "report_id"}
        stored = {column.name: column.info["class"] for column in table.columns if column.name not in left_out}

        assert {field.name: field.data_class for field in declared.fields} == stored
