"""Each rule between the keys of a manifest fires where it is broken, with a code of its own, and is silent where it holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_share.errors import Fault
from smartcity_share.hooks.region_facts import RegionFacts
from smartcity_share.manifest.model import REGION_FACTS

FaultsWith = Callable[..., list[Fault]]

ROLE = '[[role]]\nid = "clerk"\ntitle = {id = "a", en = "b"}\npermissions = ["reports.read"]\n'
JOB = '[needs]\njobs = true\n[[job]]\nid = "j"\ntitle = {id = "a", en = "b"}\nschedule = "%s"\n'
DATA = '[[data]]\nid = "d"\ntitle = {id = "a", en = "b"}\n'
FIELD = '[[data.fields]]\nname = "phone"\nclass = "personal-general"\n'


def page(rest: str = 'access = "public"', path: str = "/") -> str:
    """One page entry."""
    return f'[[page]]\npath = "{path}"\n{rest}\n'


@pytest.mark.parametrize(
    ("more", "code", "key", "mend"),
    [
        (
            page('access = "permission"\npermission = "reports.raed"') + ROLE,
            "page-permission-unheld",
            "page[1].permission",
            "`reports.read`",
        ),
        (page('access = "permission"\npermission = "other"'), "page-permission-unheld", "page[1].permission", "[[role]]"),
        (page('access = "permission"'), "page-permission-missing", "page[1].permission", "Add `permission`"),
        (
            page('access = "public"\npermission = "reports.read"') + ROLE,
            "page-permission-unused",
            "page[1].permission",
            "remove",
        ),
        (
            page('access = "signed-in"\npermission = "reports.read"') + ROLE,
            "page-permission-unused",
            "page[1].permission",
            "remove",
        ),
        (page() + page(), "page-repeated", "page[2].path", "`methods`"),
        (page(path="/a/{b}") + page(path="/a/{c}"), "page-repeated", "page[2].path", "Remove"),
        (
            page('access="public"\nmethods=["GET","POST"]') + page('access="public"\nmethods=["POST"]'),
            "page-repeated",
            "page[2].path",
            "Remove",
        ),
        (page('access = "public"\nmenu = true'), "page-title-missing", "page[1].title", "Add `title"),
        (
            page('access = "public"\nmenu = true\ntitle = {id = "a", en = "b"}', "/a/{b}"),
            "page-menu-variable",
            "page[1].menu",
            "menu",
        ),
        (page('access = "signed-in"\nconsole = true'), "page-title-missing", "page[1].title", "remove `console`"),
        (
            page('access = "signed-in"\nconsole = true\ntitle = {id = "a", en = "b"}', "/a/{b}"),
            "page-console-variable",
            "page[1].console",
            "console",
        ),
        (
            page('access = "public"\nconsole = true\ntitle = {id = "a", en = "b"}'),
            "page-console-public",
            "page[1].access",
            "remove `console`",
        ),
        (ROLE + ROLE, "id-repeated", "role[2].id", "one of its own"),
        (
            DATA + FIELD.replace("personal-general", "public") + FIELD.replace("personal-general", "internal"),
            "id-repeated",
            "data[1].fields[2].name",
            "own",
        ),
        (
            "[[needs.connectors]]\ncontract='message'\n[[needs.connectors]]\ncontract='message'",
            "id-repeated",
            "needs.connectors[2].contract",
            "own",
        ),
        (DATA + FIELD, "personal-data-unaccounted", "data[1].fields[1].class", "`purpose` and `lawful_basis` and `retention`"),
        (
            DATA + 'retention = "P5Y"\nlawful_basis = "consent"\n' + FIELD,
            "personal-data-unaccounted",
            "data[1].fields[1].class",
            "`purpose` to the field",
        ),
        (JOB % "0 25 * * *", "job-schedule-invalid", "job[1].schedule", "0 3 * * *"),
        ((JOB % "0 3 * * *").replace("jobs = true", "jobs = false"), "need-unstated", "needs.jobs", "`jobs = true`"),
        (
            '[[supersedes]]\nname = "a"\nsince = 2024-02-01\nuntil = 2024-01-31\n',
            "dates-reversed",
            "supersedes[1].until",
            "dates",
        ),
        ('[[overlaps]]\nname = "a"\nsince = 2024-02-01\nuntil = 2024-01-31\n', "dates-reversed", "overlaps[1].until", "dates"),
        ("[[role]]\nid = 'a'\ntitle = {id = 'x'}\npermissions = ['p']", "language-missing", "role[1].title", "`en = …`"),
        (
            "[media]\n[[media.screenshots]]\npath = 'a.png'\nalt = {en = 'x'}",
            "language-missing",
            "media.screenshots[1].alt",
            "`id = …`",
        ),
    ],
)
def test_a_broken_rule_is_told_once(faults_with: FaultsWith, more: str, code: str, key: str, mend: str) -> None:
    (fault,) = faults_with(more)

    assert (fault.code, fault.where.key) == (code, key)
    assert mend in fault.mend


@pytest.mark.parametrize(
    ("changes", "code", "key", "mend"),
    [
        ({"app": {"id": "static"}}, "app-id-reserved", "app.id", "static-app"),
        ({"app": {"id": "_"}}, "value-invalid", "app.id", "`complaints`"),
        ({"app": {"id": "a" * 32}}, "value-too-long", "app.id", "Shorten"),
        ({"app": {"kind": "connector"}}, "connector-provides-missing", "app.provides", "provides"),
        (
            {"app": {"kind": "connector", "provides": ["message"]}, "page": [{"path": "/", "access": "public"}]},
            "connector-has-pages",
            "page",
            "[[page]]",
        ),
        ({"app": {"provides": ["message"]}}, "app-provides-contract", "app.provides", "connector"),
        ({"app": {"kind": "connector", "provides": ["mesage"]}}, "value-not-allowed", "app.provides[1]", "`message`"),
        ({"app": {"category": "complaint"}}, "value-not-allowed", "app.category", "reference"),
        ({"app": {"category": "public-complaint"}}, "value-not-allowed", "app.category", "`public-complaints`"),
        ({"origin": {"region": "13.1"}}, "region-unknown", "origin.region", "13.10 Kabupaten Dharmasraya"),
        ({"origin": {"region": "99.99"}}, "region-unknown", "origin.region", "PP.RR"),
        ({"origin": {"region": 13.10}}, "region-code-unquoted", "origin.region", "quotes"),
        (
            {"origin": {"based_on": {"app": "other", "version": "1", "region": "13.1"}}},
            "region-unknown",
            "origin.based_on.region",
            "13.10",
        ),
        ({"origin": {"region": None, "agency": None}}, "origin-unstated", "origin.region", "agency"),
        ({"region_uses": ["ofices"]}, "region-fact-unknown", "region_uses[1]", "`offices`"),
        ({"region_uses": ["kind"]}, "region-fact-unknown", "region_uses[1]", "every app may read it"),
        ({"region_uses": ["name", "name"]}, "region-fact-repeated", "region_uses[2]", "Remove"),
        (
            {"localisation": {"complete": ["id", "en", "jv"]}, "app": {"summary": {"jv": "x"}}},
            "language-missing",
            "app.title",
            "`jv = …`",
        ),
        ({"host_api": ">=1.0 and <2"}, "version-range-invalid", "host_api", ">=1.0,<2"),
        ({"host_api": " "}, "version-range-invalid", "host_api", ">=1.0,<2"),
        ({"manifest_version": "one"}, "manifest-version-invalid", "manifest_version", "1.N"),
        ({"manifest_version": 1.0}, "manifest-version-invalid", "manifest_version", "1.N"),
        ({"manifest_version": 0}, "manifest-version-invalid", "manifest_version", "1.N"),
        ({"manifest_version": True}, "manifest-version-invalid", "manifest_version", "1.N"),
        ({"manifest_version": None}, "key-missing", "manifest_version", "Add"),
        ({"lifecycle": {"removal": {"retention": "five years"}}}, "value-invalid", "lifecycle.removal.retention", "P5Y"),
        ({"media": {"icon": "../icon.png"}}, "value-invalid", "media.icon", "icon.svg"),
        ({"media": {"icon": "icon.exe"}}, "value-invalid", "media.icon", ".png"),
        (
            {"indicator": [{"id": "a", "title": {"id": "a", "en": "b"}, "unit": "precent"}]},
            "value-not-allowed",
            "indicator[1].unit",
            "`percent`",
        ),
    ],
)
def test_a_broken_key_is_told_once(faults_with: FaultsWith, changes: dict[str, object], code: str, key: str, mend: str) -> None:
    (fault,) = faults_with("", changes)

    assert (fault.code, fault.where.key) == (code, key)
    assert mend in fault.mend


@pytest.mark.parametrize(
    "more",
    [
        ROLE,
        page() + page('access = "public"', "/a") + page('access = "public"\nmethods = ["POST"]'),
        page('access="public"\nmethods=["GET"]') + page('access="signed-in"\nmethods=["POST"]'),
        page('access = "permission"\npermission = "reports.read"') + ROLE,
        DATA + 'retention = "P5Y"\nlawful_basis = "consent"\npurpose = {en = "x"}\n' + FIELD,
        DATA + FIELD + 'retention = "P5Y"\nlawful_basis = "consent"\npurpose = {en = "x"}\n',
        JOB % "*/15 6-18 1,15 jan-jun mon-fri",
        '[[supersedes]]\nname = "a"\nsince = 2024-01-31\nuntil = 2024-01-31\n',
        '[x."org.example"]\ntitle = { fr = "x" }\n',
    ],
)
def test_no_rule_fires_where_it_holds(faults_with: FaultsWith, more: str) -> None:
    assert faults_with(more) == []


def test_a_region_of_another_country_is_not_looked_up(faults_with: FaultsWith) -> None:
    assert faults_with("", {"origin": {"country": "PH", "region": "NCR-7"}}) == []


def test_rules_pass_over_values_of_a_wrong_type_and_the_model_tells_them(faults_with: FaultsWith) -> None:
    changes = {
        "region_uses": "name",
        "role": {"id": "x"},
        "page": [1, {"path": 3, "access": []}],
        "job": "x",
        "data": [{"id": 1, "title": 2, "fields": [{"class": {}}]}],
        "needs": [],
        "localisation": {"complete": "id"},
        "media": {"screenshots": [{"alt": [], "path": {}}]},
        "supersedes": [{"name": "a", "since": "x", "until": 3}],
    }

    codes = {fault.code for fault in faults_with("", changes)}

    assert codes <= {"value-type", "key-missing", "value-not-allowed", "value-too-short", "need-unstated"}


def test_a_key_with_two_faults_is_told_once(faults_with: FaultsWith) -> None:
    (fault,) = faults_with(page('access = "permission"\npermission = "Not A Permission"'))

    assert fault.code == "value-invalid"


def test_the_facts_an_app_may_declare_are_those_it_is_given() -> None:
    given = {name for name, value in vars(RegionFacts).items() if isinstance(value, property)}

    assert given - {"code", "kind", "uses", "zone"} == set(REGION_FACTS)
