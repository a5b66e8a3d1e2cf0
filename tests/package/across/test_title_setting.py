"""The setting that gives a service its name is a setting of the app."""

from __future__ import annotations

from smartcity_share.package.interview import Interview
from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told

NAMED = {"app": {"title_setting": "service_name"}}


def answered(*settings: str) -> Interview:
    """What an app with these settings answers."""
    return Interview(hooks=("asgi_app",), settings={"properties": {name: {} for name in settings}})


def test_a_setting_that_is_there_is_no_fault(judge: Judge) -> None:
    assert judge(PAGES, manifest=NAMED, interview=answered("service_name")) == []
    assert judge(PAGES, interview=answered()) == []
    assert judge(PAGES, manifest=NAMED) == []


def test_a_setting_that_is_not_there_is_a_fault(judge: Judge) -> None:
    (fault,) = judge(PAGES, manifest=NAMED, interview=answered("service_names", "rows"))

    assert told([fault]) == [("title-setting-unknown", "smartcity.toml", "app.title_setting")]
    assert fault.mend == "Did you mean `service_names`?"
