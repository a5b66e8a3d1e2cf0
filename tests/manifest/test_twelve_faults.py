"""A manifest with twelve different faults prints exactly those twelve, each with its line and its mend."""

from __future__ import annotations

import re
from pathlib import Path

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.manifest.read import check

FILE = Path(__file__).parent / "faulty" / "smartcity.toml"
CODES = [
    "version-range-invalid",
    "region-fact-unknown",
    "value-not-allowed",
    "key-unknown",
    "region-code-unquoted",
    "value-type",
    "dates-reversed",
    "id-repeated",
    "page-permission-unheld",
    "page-permission-missing",
    "personal-data-unaccounted",
    "job-schedule-invalid",
]


def test_exactly_the_twelve_faults_are_found() -> None:
    manifest, faults = check(TomlDocument.read(FILE))

    assert manifest is None
    assert [fault.code for fault in faults] == CODES
    assert len(set(CODES)) == 12
    assert all(fault.mend for fault in faults)


def test_each_fault_is_on_the_line_that_says_so() -> None:
    marked = [number for number, line in enumerate(FILE.read_text("utf-8").splitlines(), 1) if re.search(r"# \d+: ", line)]
    _, faults = check(TomlDocument.read(FILE))

    assert sorted(fault.where.line or 0 for fault in faults) == marked
