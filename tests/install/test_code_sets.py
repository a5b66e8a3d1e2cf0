"""Which code runs together in one process: as few sets as the versions allow, every region in one."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.install.code_sets import CodeSet, agrees, code_sets
from smartcity_share.install.records import InstallationRecord, InstallationState

NOW = datetime(2026, 3, 2, tzinfo=UTC)
Wanted = dict[str, dict[str, str | None]]


def records(wanted: Wanted) -> list[InstallationRecord]:
    return [
        InstallationRecord(region, app, "1", app, 1, InstallationState.ACTIVE, "", location, None, NOW, NOW)
        for region, codes in wanted.items()
        for app, location in codes.items()
    ]


def test_regions_with_the_same_versions_share_one_set() -> None:
    wanted: Wanted = {"a": {"parks": "p1", "mail": None}, "b": {"parks": "p1"}, "c": {"roads": "r1"}}
    assert code_sets(records(wanted)) == (
        CodeSet((("mail", None), ("parks", "p1"), ("roads", "r1")), frozenset({"a", "b", "c"})),
    )


def test_a_region_with_another_version_gets_a_set_of_its_own_with_all_its_apps() -> None:
    wanted: Wanted = {"a": {"parks": "p1", "mail": "m1"}, "b": {"parks": "p1"}, "c": {"parks": "p2", "mail": "m1"}}
    first, second = code_sets(records(wanted))
    assert first == CodeSet((("mail", "m1"), ("parks", "p1")), frozenset({"a", "b"}))
    assert second == CodeSet((("mail", "m1"), ("parks", "p2")), frozenset({"c"}))


def test_where_nothing_is_installed_there_is_one_empty_set() -> None:
    assert code_sets([]) == (CodeSet((), frozenset()),)


_codes = st.dictionaries(st.sampled_from("xyz"), st.sampled_from([None, "1", "2", "3"]), min_size=1, max_size=3)


@given(st.dictionaries(st.sampled_from("abcdefgh"), _codes, max_size=8))
def test_every_region_is_in_one_set_that_has_its_code_and_no_app_twice(wanted: Wanted) -> None:
    found = code_sets(records(wanted))
    assert sorted(region for one in found for region in one.regions) == sorted(wanted)
    for one in found:
        assert len({app for app, _ in one.codes}) == len(one.codes)
        for region in one.regions:
            assert set(wanted[region].items()) <= set(one.codes)
    assert [len(one.regions) for one in found] == sorted((len(one.regions) for one in found), reverse=True)
    assert found == code_sets(reversed(records(wanted)))


@given(_codes, _codes)
def test_code_can_be_run_besides_unless_an_app_is_there_in_another_version(
    running: dict[str, str | None], codes: dict[str, str | None]
) -> None:
    assert agrees(running, codes.items()) == (len({*running.items(), *codes.items()}) == len({*running, *codes}))
