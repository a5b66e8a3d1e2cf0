"""Whoever signs a role file is told what it says anew."""

from __future__ import annotations

from pathlib import Path

from smartcity_share.catalogue.roles import ReleaseName
from smartcity_share.catalogue.taking import take
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, holders, signer

ONE = ReleaseName(CITY, "parks", "1.0.0")


def test_wheels_that_are_listed_and_only_the_new_ones(city: Made, parks: Path, newer_parks: Path) -> None:
    (first,) = city.add(parks)
    city.publish()
    (second,) = city.add(newer_parks)
    assert [line.partition(", SHA-256 ")[0] for line in first.news] == [f"lists apps/{CITY}/parks/{parks.name}"]
    assert [line.partition(", SHA-256 ")[0] for line in second.news] == [f"lists apps/{CITY}/parks/{newer_parks.name}"]


def test_what_is_revoked_or_advised_against(city: Made, parks: Path) -> None:
    city.add(parks)
    city.publish()
    path = f"apps/{CITY}/parks/{parks.name}"
    (advised,) = city.keeper(*city.cities[CITY]).advise_against(ONE, "it is slow")
    (revoked,) = city.keeper(*city.revocations).revoke(ONE, "it leaks")
    assert (advised.news, revoked.news) == ((f"advises against {path}: it is slow",), (f"revokes {path}: it leaks",))


def test_keys_that_are_given_and_nothing_where_it_is_only_renewed(city: Made) -> None:
    city.publish()
    (rekeyed,) = city.keeper().rekey(f"r-{CITY}", holders(signer("Kota baru"), signer("Sekda")))
    (renewed,) = city.keeper().renew("targets")
    (line,) = rekeyed.news
    assert line.startswith(f"gives `r-{CITY}` its keys, 2 of: Kota baru (")
    assert renewed.news == ()


def test_the_second_who_signs_is_told_what_the_first_did(made: Made, parks: Path) -> None:
    first, second = made.add_origin(CITY, signer("Kepala"), signer("Sekretaris"))
    made.cities[CITY] = (first,)
    made.add(parks)
    (written,) = take(made.folder, [], [second], NOW)
    assert written.news[0].startswith(f"lists apps/{CITY}/parks/{parks.name}")
