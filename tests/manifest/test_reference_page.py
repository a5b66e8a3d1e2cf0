"""The reference page documents every field of the model and its examples are valid; the JSON Schema says the same."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.manifest.model import Manifest
from smartcity_share.manifest.read import check
from smartcity_share.manifest.schema import json_schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator(root: Path) -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("manifest_reference", root / "scripts" / "manifest_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The JSON Schema of the manifest."""
    return json_schema()


def test_the_page_is_what_the_model_says(generator: ModuleType) -> None:
    page = generator.PAGE.read_text("utf-8")

    assert page == generator.written(page), "run: python scripts/manifest_reference.py"


def test_every_field_of_every_table_has_a_row_and_a_meaning(generator: ModuleType) -> None:
    page = generator.PAGE.read_text("utf-8")
    tables = dict(generator.models())

    assert len(tables) > 25
    for header, model in tables.items():
        section = page.split(f"\n## `{header}`\n" if header else "\n## Top of the file\n")[1].split("\n## ")[0]
        assert model.__doc__
        for name, field in model.model_fields.items():
            if name != "x":
                row = next(line for line in section.splitlines() if line.startswith(f"| `{field.alias or name}` |"))
                assert len(row.strip("| ").rsplit("|", 1)[1].split()) >= 2, f"{header} {name} has no meaning"


def test_the_generator_notices_a_field_that_is_not_on_the_page(generator: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    class Longer(Manifest):
        """A manifest with one field more."""

        surprise: str = ""
        """A field nobody wrote down."""

    monkeypatch.setattr(generator, "Manifest", Longer)
    page = generator.PAGE.read_text("utf-8")

    assert "| `surprise` | text |  | A field nobody wrote down. |" in generator.written(page)
    assert generator.written(page) != page


def test_the_examples_of_the_page_are_valid_manifests(examples: tuple[str, str]) -> None:
    for text in examples:
        manifest, faults = check(TomlDocument.parse(text.encode(), "manifest.md"))
        assert faults == ()
        assert manifest is not None


def test_the_full_example_uses_every_table(examples: tuple[str, str]) -> None:
    data = tomllib.loads(examples[1])

    assert set(data) == {field.alias or name for name, field in Manifest.model_fields.items()}


def test_the_schema_is_valid_and_takes_the_examples(schema: dict[str, Any], examples: tuple[str, str]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    for text in examples:
        assert list(validator.iter_errors(json.loads(json.dumps(tomllib.loads(text), default=str)))) == []


def test_every_key_has_a_title_and_a_description_of_its_own(schema: dict[str, Any]) -> None:
    for name, part in [("top", schema), *schema["$defs"].items()]:
        assert part["description"], name
        assert part["additionalProperties"] is False
        for key, described in part["properties"].items():
            assert described["title"], f"{name}.{key}"
            assert len(described["description"].split()) > 1, f"{name}.{key}"
            assert "\n" not in described["description"]
            assert "$ref" not in described, "what stands beside a reference is passed over by older drafts"


def test_no_editor_is_offered_null_which_toml_does_not_have(schema: dict[str, Any]) -> None:
    assert "null" not in json.dumps(schema)


def test_a_new_table_begins_with_the_keys_it_must_have(schema: dict[str, Any]) -> None:
    assert schema["$defs"]["Page"]["x-taplo"] == {"initKeys": ["path", "access"]}
    assert schema["x-taplo"]["initKeys"] == schema["required"]


MANIFESTS = sorted(path for place in ("plugins", "examples") for path in (ROOT / place).glob("*/src/*/smartcity.toml"))


def as_json(text: str) -> Any:
    """The document as a validator of JSON sees it."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("path", MANIFESTS, ids=[path.parent.name for path in MANIFESTS])
def test_the_schema_takes_our_own_manifests(schema: dict[str, Any], path: Path) -> None:
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(as_json(path.read_text("utf-8")))) == []


def test_the_schema_refuses_the_faulty_manifest_at_the_places_a_schema_can_tell(schema: dict[str, Any], root: Path) -> None:
    text = (root / "tests" / "manifest" / "faulty" / "smartcity.toml").read_text("utf-8")
    found = {
        ".".join(map(str, error.absolute_path)) for error in jsonschema.Draft202012Validator(schema).iter_errors(as_json(text))
    }

    assert {"app", "app.status", "origin.region", "terms.agreement_required"} <= found


def test_the_schema_names_the_allowed_words(schema: dict[str, Any]) -> None:
    app = schema["$defs"]["App"]["properties"]

    assert app["kind"]["enum"] == ["app", "connector"]
    assert "public-complaints" in app["category"]["enum"]
    assert app["id"]["pattern"] == "^(?:[a-z][a-z0-9-]{1,30})$"
    assert schema["properties"]["manifest_version"]["anyOf"][0] == {"type": "integer", "const": 1}


def test_the_schema_refuses_what_the_model_refuses(schema: dict[str, Any], examples: tuple[str, str]) -> None:
    data = tomllib.loads(examples[0])
    wrong = {
        "unknown key": {**data, "surprise": 1},
        "missing key": {key: value for key, value in data.items() if key != "terms"},
        "bad id": {**data, "app": {**data["app"], "id": "A"}},
        "future version": {**data, "manifest_version": 2},
        "future version as text": {**data, "manifest_version": "2.0"},
        "bad category": {**data, "app": {**data["app"], "category": "nothing"}},
    }
    validator = jsonschema.Draft202012Validator(schema)

    assert [name for name, document in wrong.items() if validator.is_valid(document)] == []
