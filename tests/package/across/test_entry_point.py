"""The entry point leads to a module and an object of the package that the manifest lies in."""

from __future__ import annotations

import pytest

from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told


@pytest.mark.parametrize(
    ("entry_point", "code", "words"),
    [
        ("smartcity_test_parts.plugins", "entry-point-module-missing", "Did you mean `smartcity_test_parts.plugin`?"),
        ("smartcity_test_parts.plugin:Pages", "entry-point-object-missing", "Correct the entry point"),
        ("smartcity_test_parts.plugin:asgi_ap", "entry-point-object-missing", "Did you mean `asgi_app`?"),
        ("another_package.plugin", "entry-point-elsewhere", "Move smartcity.toml"),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_a_fault(judge: Judge, entry_point: str, code: str, words: str) -> None:
    (fault,) = judge(PAGES, entry_point=entry_point)

    assert fault.code == code
    assert words in fault.mend


@pytest.mark.parametrize("entry_point", ["smartcity_test_parts.plugin", "smartcity_test_parts.plugin:asgi_app"])
def test_an_entry_point_that_leads_to_what_is_there_is_none(judge: Judge, entry_point: str) -> None:
    assert judge(PAGES, entry_point=entry_point) == []


def test_a_package_may_be_the_module_of_the_entry_point(judge: Judge) -> None:
    assert judge(PAGES, entry_point="smartcity_test_parts.inner", files={"inner/__init__.py": PAGES}) == []


def test_code_that_is_no_python_is_told_with_its_line_and_judged_by_no_other_rule(judge: Judge) -> None:
    broken = {"old.py": "print 'a'\n", "null.py": b"a = 1\0\n", "deep.py": "(" * 300 + ")" * 300}
    faults = judge(PAGES, files=broken)

    assert told(faults) == [("code-unreadable", name, None) for name in ("deep.py", "null.py", "old.py")]
    assert faults[2].where.line == 1
