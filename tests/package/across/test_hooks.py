"""What a manifest declares has its hook, and what a hook gives is declared."""

from __future__ import annotations

from typing import Any

import pytest

from smartcity_share.package.interview import Interview
from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told

TEXT = {"id": "a", "en": "a"}
DECLARED: dict[str, dict[str, Any]] = {
    "database_schema": {"needs": {"database": True}},
    "jobs": {"needs": {"jobs": True}, "job": [{"id": "sweep", "title": TEXT, "schedule": "0 3 * * *"}]},
    "indicators": {"indicator": [{"id": "trees", "title": TEXT, "unit": "count"}]},
    "datasets": {"dataset": [{"id": "trees", "title": TEXT, "columns": [{"name": "kind", "type": "text"}]}]},
    "check_readiness": {"requirement": [{"id": "trees", "area": "data", "question": TEXT, "check": "probe"}]},
}


def implementing(hook: str) -> str:
    """The code of an app with pages that marks one more hook, in a way that names no id."""
    return f"{PAGES}\n@hookimpl\ndef {hook}():\n    return made('trees', 'sweep')\n"


@pytest.mark.parametrize("hook", DECLARED)
def test_a_declaration_without_its_hook_is_a_fault(judge: Judge, hook: str) -> None:
    (fault,) = judge(PAGES, manifest=DECLARED[hook])

    assert (fault.code, fault.where.key) == (
        "hook-missing",
        {"jobs": "job", "indicators": "indicator"}.get(hook, fault.where.key),
    )
    assert f"`{hook}`" in fault.message
    assert fault.where.line


@pytest.mark.parametrize("hook", DECLARED)
def test_a_hook_that_gives_what_is_declared_is_none(judge: Judge, hook: str) -> None:
    assert judge(implementing(hook), manifest=DECLARED[hook]) == []


@pytest.mark.parametrize("hook", DECLARED)
def test_a_hook_that_gives_what_is_not_declared_is_a_fault_at_its_line(judge: Judge, hook: str) -> None:
    (fault,) = judge(implementing(hook))

    assert told([fault]) == [("hook-undeclared", "plugin.py", None)]
    assert fault.where.line == 10


def test_pages_need_an_application_and_an_application_pages(judge: Judge) -> None:
    assert [fault.code for fault in judge("")] == ["hook-missing"]
    assert [fault.code for fault in judge(PAGES, manifest={"page": None})] == ["hook-undeclared"]


def test_a_connector_that_provides_messages_delivers_them(judge: Judge) -> None:
    delivering = "from smartcity_share import hookimpl\n@hookimpl\ndef deliver_message(): ...\n"
    provides = {"app": {"provides": ["message"]}}

    assert judge(delivering, kind="connector", manifest=provides) == []
    assert [fault.code for fault in judge("", kind="connector", manifest=provides)] == ["hook-missing"]


def test_a_hook_may_be_marked_under_another_name_and_in_another_module(judge: Judge) -> None:
    renamed = "from smartcity_share import hookimpl as mark\n@mark(specname='asgi_app')\ndef pages(): ...\n"

    assert judge("from smartcity_test_parts.web import pages\n", files={"web.py": renamed}) == []


def test_a_function_that_only_has_the_name_of_a_hook_is_none(judge: Judge) -> None:
    assert [fault.code for fault in judge("def asgi_app(): ...\n")] == ["hook-missing"]


def test_a_hook_that_failed_when_it_was_asked_is_a_fault_at_its_line(judge: Judge) -> None:
    (fault,) = judge(PAGES, interview=Interview(hooks=("asgi_app",), failed={"asgi_app": "KeyError: 'x'"}))

    assert told([fault]) == [("hook-fails", "plugin.py", None)]
    assert "KeyError: 'x'" in fault.message
