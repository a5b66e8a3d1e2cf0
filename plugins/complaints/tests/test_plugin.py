"""What the hooks answer, against what the manifest declares."""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from smartcity_complaints import model, plugin
from smartcity_complaints.filing import Filed
from smartcity_complaints.records import Report
from smartcity_complaints.settings import ComplaintsSettings, Kind, Titles
from smartcity_complaints.workflow import Action, Permission
from smartcity_share import HealthState, Installation, RegionFacts
from smartcity_share.testing import REGION_FACTS as FACTS
from smartcity_share.testing import Manifest
from smartcity_share.toolkit.forms import answers_of, fields_of

Do = Callable[..., Report]
File = Callable[..., Filed]
PACKAGE = Path(str(files("smartcity_complaints")))
METHODS = {"office": "offices", "head": "officials", "signatory": "officials"}


def test_the_manifest_declares_exactly_the_facts_the_code_reads(manifest: Manifest) -> None:
    """Every ``….region.<fact>`` and ``region.<fact>`` of the package, against ``region_uses``."""
    read = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute):
                continue
            holder = node.value
            name = holder.attr if isinstance(holder, ast.Attribute) else holder.id if isinstance(holder, ast.Name) else ""
            if name == "region":
                read.add(METHODS.get(node.attr, node.attr))

    assert read & set(FACTS) == set(manifest.region_uses)
    assert read <= {*FACTS, "code", "kind", "wording"}


def test_templates_read_no_fact_of_the_region_themselves() -> None:
    assert [path.name for path in PACKAGE.glob("templates/*.html") if ".region." in path.read_text(encoding="utf-8")] == []


def test_every_stored_column_is_in_the_manifest_with_its_class(manifest: Manifest) -> None:
    tables = {
        "reports": model.report,
        "reporters": model.reporter,
        "history": model.history,
        "api-keys": model.api_key,
        "notices": model.outbox,
        "erasure-requests": model.erasure_request,
    }
    for data_id, table in tables.items():
        declared = next(data for data in manifest.data if data.id == data_id)
        stored = {column.name: column.info["class"] for column in table.columns if column.name not in {"id", "report_id"}}

        assert {field.name: field.data_class for field in declared.fields} == stored


def test_every_personal_column_of_any_table_is_in_the_manifest(manifest: Manifest) -> None:
    declared = {(field.name, field.data_class) for data in manifest.data for field in data.fields}
    tables = model.metadata.sorted_tables
    personal = {
        (column.name, column.info["class"])
        for table in tables
        for column in table.columns
        if column.info["class"].startswith("personal")
    }

    assert len(tables) > 15
    assert personal <= declared


def test_the_permissions_of_the_code_are_those_of_the_roles(manifest: Manifest) -> None:
    held = {permission for role in manifest.roles for permission in role.permissions}

    assert held == {permission.value for permission in Permission}


def test_indicators_are_those_of_the_manifest_and_measure_what_they_say(
    manifest: Manifest, installation: Installation, file: File, do: Do, clock: object
) -> None:
    for office, days in (("dinas-lh", 2), ("dinas-lh", 4), ("dinas-pupr", 30)):
        number = file().number
        do(number, Action.VERIFY)
        do(number, Action.FORWARD, office=office)
        clock.move(days=days)  # type: ignore[attr-defined]
        do(number, Action.REPLY, text="Sudah.")
    file()
    clock.move(days=10)  # type: ignore[attr-defined]
    found = plugin.indicators(installation)
    values = {(value.indicator, value.dimension.get("office")): value.value for value in found}

    assert {value.indicator for value in found} == {indicator.id for indicator in manifest.indicators}
    assert values == {
        ("reports-total", None): 4,
        ("reports-open", None): 4,
        ("reports-late", None): 1,
        ("reports-closed", None): 0,
        ("reply-days", None): 4.0,
        ("reply-days", "dinas-lh"): 3.0,
        ("reply-days", "dinas-pupr"): 30.0,
        ("replies-in-time", None): 66.7,
        ("rating", None): None,
    }


def test_an_empty_installation_has_nothing_to_measure(installation: Installation) -> None:
    values = {value.indicator: value.value for value in plugin.indicators(installation)}

    assert values["reply-days"] is None
    assert values["replies-in-time"] is None
    assert values["reports-total"] == 0


def test_open_data_has_the_declared_columns_and_no_personal_datum(
    manifest: Manifest, installation: Installation, file: File
) -> None:
    marks = {"text": "TANDA-TEKS " * 3, "place": "TANDA-TEMPAT", "name": "TANDA-NAMA", "email": "tanda@surel.example"}
    file(**marks)
    file(**marks, confidential=True)
    (dataset,) = plugin.datasets(installation)
    rows = list(dataset.rows)
    (declared,) = manifest.datasets

    assert dataset.dataset == declared.id
    assert [list(row) for row in rows] == [[column.name for column in declared.columns]]
    assert "tanda" not in str(rows).lower()


def test_readiness_answers_every_probe_of_the_manifest(manifest: Manifest, installation: Installation) -> None:
    answers = list(plugin.check_readiness(installation.region))
    probes = {requirement.id for requirement in manifest.requirements if requirement.check == "probe"}

    assert {answer.requirement for answer in answers} == probes
    assert all(answer.met and answer.found for answer in answers)


def test_readiness_says_what_a_bare_profile_lacks(installation: Installation) -> None:
    bare = installation.region._profile.model_copy(update={"offices": (), "districts": ()})
    answers = list(plugin.check_readiness(RegionFacts(bare, installation.region.uses)))

    assert [answer.met for answer in answers] == [False, False]
    assert all(answer.mend for answer in answers)


def test_health_is_ok_and_counts(installation: Installation, file: File) -> None:
    file()
    health = plugin.check_health(installation)

    assert (health.state, health.message) == (HealthState.OK, "1 reports, 1 open, 0 late.")


def test_health_names_a_kind_that_goes_to_an_office_which_is_not_there(install: Callable[..., Installation]) -> None:
    lost = install(kinds=(Kind(code="road", title=Titles(id="Jalan"), office="dinas-antariksa"),))
    health = plugin.check_health(lost)

    assert health.state is HealthState.DEGRADED
    assert "road -> dinas-antariksa" in health.message
    assert "office" in health.mend


def test_provision_can_run_again_and_keeps_the_words_of_kinds(installation: Installation) -> None:
    from smartcity_complaints import store

    plugin.provision(installation)
    with store.reading(installation) as connection:
        assert store.kind_titles(connection)["road"] == {"id": "Jalan rusak", "en": "Damaged road"}


def test_settings_without_an_answer_are_valid() -> None:
    assert plugin.settings_model()() == ComplaintsSettings()


def test_the_settings_form_gives_back_the_settings() -> None:
    """What the console shows and sends back without a change is what was stored."""

    class Form:
        def __init__(self, pairs: list[tuple[str, str]]) -> None:
            self.pairs = pairs

        def getlist(self, key: str) -> list[str]:
            return [value for name, value in self.pairs if name == key]

        def keys(self) -> list[str]:
            return [name for name, _ in self.pairs]

    def submitted(fields: object) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for field in fields:  # type: ignore[attr-defined]
            for row in field.rows:
                pairs += submitted(row)
            pairs += submitted(field.fields)
            if isinstance(field.value, str):
                pairs.append((field.name, field.value))
            elif field.value is True:
                pairs.append((field.name, "1"))
        return pairs

    answers = answers_of(ComplaintsSettings, Form(submitted(fields_of(ComplaintsSettings, {}, "id"))))

    assert ComplaintsSettings.model_validate(answers) == ComplaintsSettings()


@pytest.mark.parametrize(
    "values",
    [
        {"kinds": ()},
        {"kinds": [{"code": "a", "title": {"id": "A"}}, {"code": "a", "title": {"id": "B"}}]},
        {"kinds": [{"code": "Huruf Besar", "title": {"id": "A"}}]},
        {"kinds": [{"code": "a", "title": {}}]},
        {"verify_days": 0},
        {"photo_count": 9},
        {"contact_email": "tanpa-alamat"},
        {"area": {"south": 1, "west": 0, "north": 0, "east": 1}},
        {"no_such_setting": True},
    ],
)
def test_values_that_make_no_sense_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        ComplaintsSettings.model_validate(values)
