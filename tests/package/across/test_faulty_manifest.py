"""The parts of an app are compared in the same pass in which the faults of its manifest itself are told."""

from __future__ import annotations

from smartcity_share.package.interview import Interview, Route
from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told

GARDENER = {"id": "gardener", "title": {"id": "a", "en": "a"}, "permissions": ["trees.plant"]}


def test_faults_of_the_manifest_and_between_the_parts_are_told_together(judge: Judge) -> None:
    manifest = {"page": [{"path": "/a", "access": "publik"}], "role": [GARDENER]}
    routes = Route(path="/a"), Route(path="/b")

    faults = judge(
        PAGES + "\nactor.may('trees.felt')\n", manifest=manifest, interview=Interview(hooks=("asgi_app",), routes=routes)
    )

    assert told(faults) == [
        ("value-not-allowed", "smartcity.toml", "page[1].access"),
        ("permission-unused", "smartcity.toml", "role[1].permissions[1]"),
        ("permission-unheld", "plugin.py", None),
        ("page-undeclared", "smartcity.toml", "page"),
    ]


def test_a_rule_that_needs_what_cannot_be_read_ends_there_and_the_others_go_on(judge: Judge) -> None:
    faults = judge(PAGES + "\nactor.may('trees.felt')\n", manifest={"app": None, "localisation": None, "role": [GARDENER]})

    assert {"app", "localisation"} <= {fault.where.key for fault in faults}
    assert {"permission-unused", "permission-unheld"} <= {fault.code for fault in faults}


def test_a_key_with_a_fault_of_its_own_is_told_once(judge: Judge) -> None:
    faults = judge(PAGES, manifest={"region_uses": ["nmae"]})

    assert [key for _, _, key in told(faults)] == ["region_uses[1]"]
