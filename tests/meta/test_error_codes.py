"""Every error and fault code is unique, documented with its mend, and nothing else is documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from smartcity_share import HealthState, errors

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
MAKER = re.compile(r"fault|finding|problem|refus|sentence", re.IGNORECASE)


def error_classes() -> list[type[errors.SmartCityError]]:
    """The classes of the tree, in the order of the module."""
    return [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.SmartCityError)]


def _codes_in(values: Iterable[ast.expr]) -> Iterator[str]:
    for value in values:
        for part in ast.walk(value):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                yield part.value


def _assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[ast.expr]:
    """What is assigned to a name that ends in ``code``, also as part of a tuple."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if node.value is not None and isinstance(target, ast.Name) and target.id.lower().endswith("code"):
            yield node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for name, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(name, ast.Name) and name.id.lower().endswith("code"):
                    yield value


def fault_codes(tree: ast.AST) -> Iterator[str]:
    """The code of every fault a module makes: ``code=``, ``…CODE = …``, an argument of a call whose name speaks of faults."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _codes_in(value for value in _assigned(node) if isinstance(value, ast.Constant | ast.IfExp))
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield from _codes_in(keyword.value for keyword in node.keywords if keyword.arg == "code")
            if MAKER.search(name):
                yield from _codes_in(value for value in node.args if isinstance(value, ast.Constant | ast.IfExp))


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    """The reference page of the errors."""
    return (root / "docs" / "reference" / "errors.md").read_text("utf-8")


@pytest.fixture(scope="module")
def documented_errors(page: str) -> dict[str, str]:
    """Code -> text, of the sections that describe an error class."""
    parts = re.split(r"^### `([^`]+)`$", page, flags=re.MULTILINE)
    return {code: text.split("\n## ")[0].strip() for code, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.fixture(scope="module")
def documented_faults(page: str) -> dict[str, tuple[str, str]]:
    """Code -> what was found and the mend, of the tables of faults."""
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    return {code: (found, mend) for code, found, mend in rows}


def test_codes_are_unique_and_in_kebab_case() -> None:
    codes = [cls.code for cls in error_classes()]

    assert len(codes) == len(set(codes))
    assert [code for code in codes if not KEBAB.fullmatch(code)] == []


def test_every_error_states_its_own_code() -> None:
    assert [cls.__name__ for cls in error_classes() if "code" not in vars(cls)] == []


def test_names_of_errors_end_in_error_and_say_what_happened() -> None:
    for cls in error_classes():
        assert cls.__name__.endswith("Error")
        assert (cls.__doc__ or "").strip()


def test_every_error_of_the_tree_is_documented(documented_errors: dict[str, str]) -> None:
    assert sorted(documented_errors) == sorted(cls.code for cls in error_classes() if cls is not errors.SmartCityError)


def test_every_documented_error_names_its_class_and_its_mend(documented_errors: dict[str, str]) -> None:
    names = {cls.code: cls.__name__ for cls in error_classes()}
    for code, text in documented_errors.items():
        assert f"`{names[code]}`" in text, code
        assert re.search(r"^\*\*Mend\.\*\* \S+ \S+", text, re.MULTILINE), code


def test_every_fault_code_of_the_library_is_documented(
    sources: dict[Path, ast.Module], documented_faults: dict[str, tuple[str, str]], documented_errors: dict[str, str]
) -> None:
    used = {code: str(path) for path, tree in sources.items() if path.parts[0] == "src" for code in fault_codes(tree)}

    assert used, "no fault code was found: does the search still fit the code?"
    assert {code: path for code, path in used.items() if code not in documented_faults | documented_errors} == {}


def test_every_state_of_health_that_doctor_reports_is_documented(documented_faults: dict[str, tuple[str, str]]) -> None:
    assert {f"health-{state}" for state in HealthState if state is not HealthState.OK} <= set(documented_faults)


def test_no_fault_is_documented_that_the_code_does_not_know(
    sources: dict[Path, ast.Module], documented_faults: dict[str, tuple[str, str]]
) -> None:
    words = {
        node.value
        for path, tree in sources.items()
        if path.parts[0] == "src"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    built = {f"health-{state}" for state in HealthState}

    assert sorted(set(documented_faults) - words - built) == []


def test_every_documented_fault_has_a_mend(documented_faults: dict[str, tuple[str, str]]) -> None:
    assert [code for code, (found, mend) in documented_faults.items() if len(found.split()) < 3 or len(mend.split()) < 2] == []


@pytest.mark.parametrize(
    "text",
    [
        'Fault("found-it", message, where, mend)',
        'add(code="found-it")',
        '_refusal(error, "found-it" if a else None)',
        'UNQUOTED_CODE: Final = "found-it"',
        'code, message = "found-it", f"{what}: it was"',
    ],
)
def test_the_search_finds_a_code_however_it_is_given(text: str) -> None:
    assert list(fault_codes(ast.parse(text))) == ["found-it"]


def test_the_search_passes_over_other_words() -> None:
    assert list(fault_codes(ast.parse('print("not-a-code"); Fault("word", "a message", where, "a mend")'))) == []


def test_an_error_prints_its_place_before_its_message() -> None:
    where = errors.Location("smartcity.toml", 3, 7, "role[1].title")
    error = errors.ManifestError("it has 1 fault", faults=[], where=where, hint=None)

    assert str(error) == "smartcity.toml:3:7 [role[1].title]: it has 1 fault"
    assert str(errors.Location("a.whl")) == "a.whl"
