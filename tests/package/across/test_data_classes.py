"""The data sets of a manifest name every column of the tables with its class, and no field that is not there."""

from __future__ import annotations

from typing import Any

from smartcity_share.package.interview import Interview, StoredTable
from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, table, told

TREES = table("tree", kind="public", planter="personal-general")
CODE = PAGES + "\n@hookimpl\ndef database_schema(): ...\n"


def answered(*tables: StoredTable, **more: Any) -> Interview:
    """What an app with these tables answers."""
    return Interview(hooks=("asgi_app", "database_schema"), tables=tables, **more)


def stored(*fields: str, **more: Any) -> dict[str, Any]:
    """A manifest with one data set of these fields, written ``name:class``."""
    told = [dict(zip(("name", "class"), field.split(":"), strict=True)) for field in fields]
    personal = {"purpose": {"id": "a", "en": "a"}, "lawful_basis": "consent", "retention": "P1Y"}
    data = {"id": "trees", "title": {"id": "a", "en": "a"}, "fields": told, **personal, **more}
    return {"needs": {"database": True}, "data": [data]}


def test_fields_that_are_the_columns_are_no_fault_with_the_table_named_or_not(judge: Judge) -> None:
    for more in ({}, {"tables": ["tree"]}):
        assert judge(CODE, manifest=stored("kind:public", "planter:personal-general", **more), interview=answered(TREES)) == []


def test_a_column_that_no_data_set_names_is_a_fault(judge: Judge) -> None:
    (fault,) = judge(CODE, manifest=stored("kind:public"), interview=answered(TREES))

    assert told([fault]) == [("data-column-undeclared", "smartcity.toml", "data")]
    assert fault.message.endswith("`tree`: planter")


def test_a_column_of_a_named_table_is_looked_for_in_its_data_set_alone(judge: Judge) -> None:
    tables = TREES, table("gift", planter="personal-general")
    named = stored("kind:public", "planter:personal-general", tables=["tree"])

    assert [fault.code for fault in judge(CODE, manifest=named, interview=answered(*tables))] == ["data-column-undeclared"]
    both = stored("kind:public", "planter:personal-general", tables=["tree", "gift"])
    assert judge(CODE, manifest=both, interview=answered(*tables)) == []


def test_a_field_that_is_no_column_is_a_fault_unless_it_is_kept_as_files(judge: Judge) -> None:
    fields = "kind:public", "planter:personal-general", "picture:public"
    (fault,) = judge(CODE, manifest=stored(*fields), interview=answered(TREES))

    assert told([fault]) == [("data-field-unknown", "smartcity.toml", "data[1].fields[3].name")]
    assert judge(CODE, manifest=stored(*fields, files=True), interview=answered(TREES)) == []


def test_a_misspelt_field_is_told_with_the_column_that_was_meant(judge: Judge) -> None:
    faults = judge(CODE, manifest=stored("kind:public", "plantre:personal-general"), interview=answered(TREES))

    assert [fault.code for fault in faults] == ["data-field-unknown", "data-column-undeclared"]
    assert faults[0].mend == "Did you mean `planter`?"


def test_a_class_that_the_code_contradicts_is_a_fault(judge: Judge) -> None:
    (fault,) = judge(CODE, manifest=stored("kind:public", "planter:internal"), interview=answered(TREES))

    assert told([fault]) == [("data-class-differs", "smartcity.toml", "data[1].fields[2].class")]
    assert "internal here and personal-general in the code" in fault.message


def test_a_table_that_is_not_there_is_a_fault(judge: Judge) -> None:
    manifest = stored("kind:public", "planter:personal-general", tables=["tree", "trees"])
    (fault,) = judge(CODE, manifest=manifest, interview=answered(TREES))

    assert told([fault]) == [("data-table-unknown", "smartcity.toml", "data[1].tables[2]")]
    assert fault.mend == "Did you mean `tree`?"


def test_tables_that_could_not_be_asked_for_are_not_judged(judge: Judge) -> None:
    manifest = stored("gone:public")

    assert judge(CODE, manifest=manifest) == []
    faults = judge(CODE, manifest=manifest, interview=answered(failed={"database_schema": "OSError: no"}))
    assert [fault.code for fault in faults] == ["hook-fails"]
