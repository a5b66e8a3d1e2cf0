"""Jobs, indicators, data sets and probes have the same ids in the manifest and in the code."""

from __future__ import annotations

import pytest

from smartcity_share.package.interview import Interview
from tests.package.across.conftest import Judge
from tests.package.across.test_hooks import DECLARED
from tests.package.across.written import PAGES, told

VALUES = {
    "jobs": ("Job", "job"),
    "indicators": ("IndicatorValue", "indicator"),
    "datasets": ("Dataset", "dataset"),
    "check_readiness": ("ReadinessAnswer", "requirement"),
}
IDS = {"jobs": "sweep"}


def giving(hook: str, expression: str, more: str = "") -> str:
    """The code of an app with pages whose hook makes one value with an id."""
    value, _ = VALUES[hook]
    function = f"@hookimpl\ndef {hook}():\n    return [{value}({expression}, 1)]\n"
    return f"{PAGES}\nfrom smartcity_share import {value}\n{more}\n{function}"


@pytest.mark.parametrize("hook", VALUES)
def test_an_id_that_both_have_is_no_fault(judge: Judge, hook: str) -> None:
    assert judge(giving(hook, f"'{IDS.get(hook, 'trees')}'"), manifest=DECLARED[hook]) == []


@pytest.mark.parametrize("hook", VALUES)
def test_ids_that_differ_are_two_faults_each_at_its_place(judge: Judge, hook: str) -> None:
    faults = judge(giving(hook, "'tress'"), manifest=DECLARED[hook])

    table = VALUES[hook][1]
    assert told(faults) == [
        ("contribution-not-given", "smartcity.toml", f"{table}[1].id"),
        ("contribution-undeclared", "plugin.py", None),
    ]
    assert faults[1].where.line == 13
    assert hook == "jobs" or "Did you mean `trees`?" in faults[1].mend


@pytest.mark.parametrize(
    ("expression", "more"),
    [
        ("TREES", "TREES = 'trees'"),
        ("Ids.TREES", "class Ids:\n    TREES: str = 'trees'"),
        ("Ids.TREES.value", "import enum\nclass Ids(enum.StrEnum):\n    TREES = 'trees'"),
        ("'trees' if PAGES else 'trees'", ""),
        ("indicator='trees'", ""),
    ],
)
def test_an_id_is_followed_to_where_it_is_written(judge: Judge, expression: str, more: str) -> None:
    assert judge(giving("indicators", expression, more).replace(", 1)", ")"), manifest=DECLARED["indicators"]) == []


def test_an_id_that_is_put_together_at_run_time_is_not_judged(judge: Judge) -> None:
    assert judge(giving("indicators", "f'{x}s'"), manifest=DECLARED["indicators"]) == []


def test_a_class_of_the_apps_own_with_such_a_name_is_passed_over(judge: Judge) -> None:
    own = f"{PAGES}\nclass Job:\n    ...\nwork = Job('sweep')\n"

    assert judge(own) == []


def test_the_jobs_an_app_answered_go_before_what_its_text_says(judge: Judge) -> None:
    dynamic = giving("jobs", "'sw' + 'eep'")
    hooks = ("asgi_app", "jobs")

    assert judge(dynamic, manifest=DECLARED["jobs"], interview=Interview(hooks=hooks, jobs=("sweep",))) == []
    faults = judge(dynamic, manifest=DECLARED["jobs"], interview=Interview(hooks=hooks, jobs=("sleep",)))
    assert [fault.code for fault in faults] == ["contribution-not-given", "contribution-undeclared"]
