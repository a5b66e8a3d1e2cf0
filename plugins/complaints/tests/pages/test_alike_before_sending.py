"""Before a report is sent its reporter is shown what looks alike, and chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.complaints.tests.pages.reading import Page, filled, hidden, photo, released
from smartcity_complaints import listing, store
from smartcity_complaints.filing import Filed
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

Do = Callable[..., Report]
File = Callable[..., Filed]
Browse = Callable[..., Any]


def test_what_looks_alike_is_shown_before_a_report_is_sent(
    installation: Installation, browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    other = released(do, file(place="Pasar").number)
    browser = browse()
    form = filled(browser.get("/lapor").text)
    asked = browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    page = Page(asked.text)

    assert asked.status_code == 200
    assert asked.headers["cache-control"] == "private, no-store"
    assert page.faults == []
    assert other in asked.text
    assert "jenis yang sama" in asked.text
    assert "1 foto disimpan" in asked.text
    assert hidden(asked.text, "key") == form["key"]
    assert hidden(asked.text, "text") == form["text"]
    with store.reading(installation) as connection:
        assert len(listing.page(connection, listing.Wanted()).reports) == 1


def test_sent_all_the_same_it_keeps_its_words_and_photos(
    installation: Installation, browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    released(do, file(place="Pasar").number)
    browser = browse()
    form = filled(browser.get("/lapor").text)
    browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    sent = browser.post("/lapor", form | {"langkah": "kirim"})
    number = sent.headers["location"].split("/")[-1].partition("?")[0]

    assert sent.status_code == 303
    assert photo(installation, number).width == 640
    assert list(installation.files.names("held/")) == []


def test_following_the_other_one_sends_nothing_and_counts_a_voice(
    installation: Installation, browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    other = released(do, file(place="Pasar").number)
    browser = browse()
    form = filled(browser.get("/lapor").text)
    browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    followed = browser.post("/lapor", form | {"ikuti": other})

    assert followed.headers["location"].endswith(f"/lacak/{other}")
    assert "1 warga lain menyatakan hal yang sama" in browser.get(f"/lacak/{other}").text
    assert list(installation.files.names("held/")) == []


def test_only_a_public_report_can_be_followed_so(browse: Browse, file: File, do: Do) -> None:
    hidden = do(file(confidential=True).number, Action.VERIFY, publish=True).number
    browser = browse()
    form = filled(browser.get("/lapor").text)

    assert browser.post("/lapor", form | {"ikuti": hidden}).status_code == 404
    assert browser.post("/lapor", form | {"ikuti": "tidak ada"}).status_code == 404
