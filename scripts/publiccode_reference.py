"""Write the tables of ``docs/reference/publiccode.md`` from the fields: ``python scripts/publiccode_reference.py``.

What stands between the two marks of the page is made here; ``tests/publiccode/test_reference_page.py`` fails when it is not.
Each row names the test in which the rule fires and the one in which it passes; there is no row without both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from smartcity_share.publiccode.fields import rules_of, walk
from smartcity_share.publiccode.kinds import Field, Flag, Items, Kind, PerLanguage, Table

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "publiccode.md"
BEGIN: Final = "<!-- made by scripts/publiccode_reference.py: begin -->"
END: Final = "<!-- made by scripts/publiccode_reference.py: end -->"

ACROSS: Final = {
    "mapping": "The document is a mapping.",
    "known-keys": "Every key, at any depth, is one of the standard. There are no extensions.",
    "keys-once": "No key is given twice.",
    "words-as-keys": "Every key is a single word, and `<<` takes in mappings.",
    "one-document": "There is one YAML document in the file.",
    "utf-8": "The text is UTF-8.",
    "no-byte-order-mark": "The text has no byte order mark.",
    "yaml": "The text is YAML.",
    "anchors": "An alias follows its anchor.",
    "bounds": "At most 1 MiB, 64 levels and 20,000 values, those that aliases repeat included.",
    "languages": "Every key of `description` is a BCP 47 language tag.",
    "contractors-with-contract": "`maintenance.contractors` is there where the type is `contract`.",
    "contractors-without-contract": "`maintenance.contractors` is not there, not even empty, where it is another.",
    "contacts-internal": "`maintenance.contacts` is there where the type is `internal` or `community`.",
    "contacts-empty": "`maintenance.contacts` is not empty (warning).",
    "one-country-section": "`IT` and `it` are not both given.",
    "files-beside-it": "Pictures and the file of authors that are not web addresses lie in the folder of the file.",
    "logo-is-png": "A logo named `.png` is a PNG picture.",
    "logo-width": "A PNG logo is 120 pixels wide at least.",
}
"""Name of a rule that looks at more than one value -> the rule."""


class Row(NamedTuple):
    """One rule for one field."""

    path: str
    field: Field
    rule: str
    wanted: str
    level: str

    @property
    def test(self) -> str:
        """The id of its tests."""
        return f"{self.path}-{self.rule}"


def rows() -> Iterator[Row]:
    """Yield every rule for every field, in the order of the standard."""
    for path, field in walk():
        yield Row(path, field, "type", kind_of(field.kind), "error")
        if isinstance(field.kind, Items):
            yield Row(path, field, "entries", f"each entry {kind_of(field.kind.item)}", "error")
        if field.required:
            yield Row(path, field, "required", "there, and not empty", "error")
        if field.deprecated:
            yield Row(path, field, "deprecated", "not used any more", "warning")
        if isinstance(field.kind, PerLanguage) or (isinstance(field.kind, Items) and field.kind.least):
            yield Row(path, field, "not-empty", "one entry at least", "error")
        for rule in rules_of(field.kind):
            yield Row(path, field, rule.name, rule.wanted, rule.level)


def kind_of(kind: Kind) -> str:
    """Return what a field holds, in words."""
    if isinstance(kind, Items):
        words = "a list" if not kind.alone else "a single value or a list"
    elif isinstance(kind, Flag):
        words = "`true` or `false` of YAML 1.2"
    elif isinstance(kind, PerLanguage):
        words = "a mapping from languages to mappings"
    elif isinstance(kind, Table):
        words = "a mapping"
    else:
        words = "text by its type: a number needs quotes" if kind.strict else "a single value"
    return words


def tables() -> str:
    """Return the generated part of the page."""
    lines = ["| field | rule | wanted | breaking it | fires | passes |", "|---|---|---|---|---|---|"]
    shown = ""
    for row in rows():
        path = "" if row.path == shown else f"`{row.path}`"
        shown = row.path
        lines.append(f"| {path} | {row.rule} | {row.wanted} | {row.level} | {_tests(row.test)} |")
    lines += ["", "Rules that look at more than one value:", "", "| rule | wanted | fires | passes |", "|---|---|---|---|"]
    lines += [f"| {name} | {wanted} | {_tests(name, 'across_')} |" for name, wanted in ACROSS.items()]
    return "\n".join(lines)


def _tests(name: str, kind: str = "") -> str:
    return f"`test_{kind}fires[{name}]` | `test_{kind}passes[{name}]`"


def written(page: str) -> str:
    """Return the page with its generated part made anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{tables()}\n\n{END}{tail}"


def main() -> int:
    """Write the page; return 1 where it changed."""
    before = PAGE.read_text("utf-8")
    after = written(before)
    PAGE.write_text(after, "utf-8")
    sys.stdout.write(f"{PAGE.name}: {'unchanged' if before == after else 'written'}\n")
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main())
