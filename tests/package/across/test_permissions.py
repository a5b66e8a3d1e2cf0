"""What roles permit is asked for somewhere, and what the code asks for is permitted."""

from __future__ import annotations

import pytest

from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told

ROLES = {"role": [{"id": "gardener", "title": {"id": "a", "en": "a"}, "permissions": ["trees.plant"]}]}


@pytest.mark.parametrize(
    "asking",
    [
        "actor.may('trees.plant')",
        "'trees.plant' in actor.permissions",
        "PLANT = 'trees.plant'\nif PLANT not in hand.permissions: ...",
        "class Permission(StrEnum):\n    PLANT = 'trees.plant'\nif Permission.PLANT not in hand.permissions: ...",
        "'gardener' in actor.roles or 'trees.plant'",
    ],
)
def test_a_permission_that_is_asked_for_and_held_is_no_fault(judge: Judge, asking: str) -> None:
    assert judge(f"{PAGES}\n{asking}\n", manifest=ROLES) == []


def test_a_permission_that_a_page_or_a_template_asks_for_is_none(judge: Judge) -> None:
    page = {"path": "/plant", "access": "permission", "permission": "trees.plant"}

    assert judge(PAGES, manifest={**ROLES, "page": [{"path": "/", "access": "public"}, page]}) == []
    assert judge(PAGES, manifest=ROLES, files={"templates/a.html": "{% if actor.may('trees.plant') %}{% endif %}"}) == []


def test_a_permission_nobody_asks_for_is_a_fault(judge: Judge) -> None:
    assert told(judge(PAGES, manifest=ROLES)) == [("permission-unused", "smartcity.toml", "role[1].permissions[1]")]


def test_a_permission_or_role_that_is_asked_for_in_vain_is_a_fault_at_its_line(judge: Judge) -> None:
    asking = "\nactor.may('trees.plant')\nactor.may('trees.plnat')\n'gardner' in actor.roles\n"
    faults = judge(PAGES + asking, manifest=ROLES)

    assert told(faults) == [("permission-unheld", "plugin.py", None), ("role-undeclared", "plugin.py", None)]
    assert [fault.where.line for fault in faults] == [10, 11]
    assert [fault.mend for fault in faults] == ["Did you mean `trees.plant`?", "Did you mean `gardener`?"]
