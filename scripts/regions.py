"""Make the table of Indonesian regions anew from a registry package, and cross-check it against a second one.

The table is built from ``indonesia-nodejs`` (MIT). ``idn-area-data`` (its data is under ODbL-1.0) is only compared with:
nothing of it is copied into the table. Both are fetched by name with the ordinary client (``npm pack``) into a temporary
folder, so whatever registry npm is configured for is used.

Run ``python scripts/regions.py`` to write the table, ``--check`` to exit 1 when the committed one differs,
``--packages DIR`` to use tarballs that are already there (no network), ``--districts CODE`` to print the districts of one
region as the lines of a region profile.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

DATA: Final = Path(__file__).parent.parent / "src" / "smartcity_share" / "regions" / "data"
DECREE: Final = "Kepmendagri 300.2.2-2138/2025"


class Package(NamedTuple):
    """A registry package and the digest its tarball must have."""

    name: str
    version: str
    sha256: str

    @property
    def tarball(self) -> str:
        """The file name `npm pack` gives it."""
        return f"{self.name}-{self.version}.tgz"


SOURCE: Final = Package("indonesia-nodejs", "1.1.0", "79928dc1e66802a073010e94fe20687077a5db731f2dab0ab60e1cab58c3dbeb")
WITNESS: Final = Package("idn-area-data", "4.0.1", "8d47ffb2be39c08aacb0a2dd43193a1edb5754edb1022d57158341c702acc32d")

FIRST_KOTA: Final = 70
"""From this regency number on a region is a kota; below, a kabupaten. No code of the decree departs from the rule."""

NOT_AUTONOMOUS: Final = frozenset({"31.01", "31.71", "31.72", "31.73", "31.74", "31.75"})
"""The six administrative units of Jakarta (UU 29/2007, art. 7 and 9: autonomy lies with the province alone)."""

NO_KIND_WORD: Final = frozenset({"11", "31", "34"})
"""Provinces whose official name does not begin with "Provinsi"."""

ZONES: Final = {
    "Asia/Pontianak": ("61", "62"),
    "Asia/Makassar": ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"),
    "Asia/Jayapura": ("81", "82", "91", "92", "93", "94", "95", "96"),
}
"""IANA zone -> provinces (Keppres 41/1987); every other province is on Asia/Jakarta. No regency departs from its province."""

CORRECTIONS: Final = (
    (re.compile(r"\s+"), " ", "repeated spaces"),
    (re.compile(r"^Kab\.? "), "Kabupaten ", '"Kab" written out'),
    (re.compile(r"\bKep\. "), "Kepulauan ", '"Kep." written out'),
)
"""What is mended in the names of the source: pattern, replacement, description."""

COLUMNS: Final = ("code", "kind", "name", "short_name", "province_code", "time_zone", "autonomous")
COUNTS: Final = {"provinsi": 38, "kabupaten": 416, "kota": 98}


def fetch(package: Package, folder: Path) -> Path:
    """Fetch a tarball with ``npm pack`` unless it lies in the folder already, and check its digest."""
    target = folder / package.tarball
    if not target.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("npm is not installed; install it, or give the tarballs with --packages DIR")
        subprocess.run(
            [npm, "pack", "--silent", f"{package.name}@{package.version}"], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise SystemExit(f"{package.tarball} has sha256 {digest}, expected {package.sha256}: look before you go on")
    return target


def member(tarball: Path, name: str) -> str:
    """Read one text file of a tarball without unpacking anything."""
    with tarfile.open(tarball) as archive:
        found = archive.extractfile(f"package/{name}")
        if found is None:
            raise SystemExit(f"{tarball.name} has no file {name}")
        return found.read().decode("utf-8")


def corrected(name: str) -> str:
    """Mend what is known to be wrong with the names of the source."""
    for pattern, replacement, _ in CORRECTIONS:
        name = pattern.sub(replacement, name)
    return name.strip()


def dotted(code: str) -> str:
    """Write a code of the source, which has no dots, as the decree does: ``131004`` -> ``13.10.04``."""
    return ".".join(code[i : i + 2] for i in range(0, len(code), 2))


def zone_of(province: str) -> str:
    """Return the IANA time zone of a province."""
    return next((zone for zone, provinces in ZONES.items() if province in provinces), "Asia/Jakarta")


def province_row(code: str, name: str) -> dict[str, str]:
    """Make the row of a province."""
    official = name if code in NO_KIND_WORD else f"Provinsi {name}"
    return dict(zip(COLUMNS, (code, "provinsi", official, name, code, zone_of(code), "yes"), strict=True))


def regency_row(code: str, name: str) -> dict[str, str]:
    """Make the row of a kabupaten or kota; the kind comes from the code and must agree with the name."""
    kind = "kabupaten" if int(code[3:]) < FIRST_KOTA else "kota"
    autonomous = code not in NOT_AUTONOMOUS
    prefix = kind.capitalize() + (" " if autonomous else " Administrasi ")
    if not name.startswith(prefix) or (autonomous and name.startswith(f"{prefix}Administrasi ")):
        raise SystemExit(f"{code}: the name {name!r} does not begin with {prefix!r}")
    cells = (code, kind, name, name.removeprefix(prefix), code[:2], zone_of(code[:2]), "yes" if autonomous else "no")
    return dict(zip(COLUMNS, cells, strict=True))


def build(tarball: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Build the rows from the source package; return them with the corrections that were made."""
    provinces = json.loads(member(tarball, "data/json/provinces.json"))
    cities = json.loads(member(tarball, "data/json/cities.json"))
    notes = [
        f"{dotted(row['code'])}: {row['name']!r} -> {corrected(row['name'])!r}"
        for row in [*provinces, *cities]
        if corrected(row["name"]) != row["name"]
    ]
    rows = [province_row(row["code"], corrected(row["name"])) for row in provinces]
    rows += [regency_row(dotted(row["code"]), corrected(row["name"])) for row in cities]
    rows.sort(key=lambda row: row["code"])
    for kind, wanted in COUNTS.items():
        found = sum(row["kind"] == kind for row in rows)
        if found != wanted:
            raise SystemExit(f"{found} {kind}, expected {wanted}")
    for row in rows:
        if any("," in cell or '"' in cell or not cell for cell in row.values()):
            raise SystemExit(f"{row['code']}: a cell is empty or needs quoting, which the loader does not read: {row}")
    return rows, notes


def compare(rows: list[dict[str, str]], witness: Path) -> list[str]:
    """Compare codes, kinds and names with the second package; return every difference."""
    theirs = {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(member(witness, "data/provinces.csv")))}
    theirs |= {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(member(witness, "data/regencies.csv")))}
    ours = {row["code"]: row for row in rows}
    differences = [f"{code}: only in {SOURCE.name}" for code in sorted(ours.keys() - theirs.keys())]
    differences += [f"{code}: only in {WITNESS.name}" for code in sorted(theirs.keys() - ours.keys())]
    for code in sorted(ours.keys() & theirs.keys()):
        row = ours[code]
        name = row["short_name"] if row["kind"] == "provinsi" else row["name"]
        if name != theirs[code]:
            differences.append(f"{code}: {name!r}, {WITNESS.name} says {theirs[code]!r}")
        if row["kind"] != "provinsi" and theirs[code].split()[0].lower() != row["kind"]:
            differences.append(f"{code}: kind {row['kind']}, {WITNESS.name} says {theirs[code]!r}")
    return differences


def table_text(rows: list[dict[str, str]]) -> str:
    """Write the rows as the text of the table file."""
    return "".join(",".join(cells) + "\n" for cells in [COLUMNS, *(tuple(row.values()) for row in rows)])


def provenance_text(table: str, rows: list[dict[str, str]], notes: list[str], differences: list[str]) -> str:
    """Write where the table comes from, as TOML."""

    def strings(values: list[str]) -> str:
        return "[\n" + "".join(f"  {json.dumps(value, ensure_ascii=False)},\n" for value in values) + "]" if values else "[]"

    counted: dict[str, Any] = {kind: sum(row["kind"] == kind for row in rows) for kind in COUNTS}
    counted["autonomous_kabupaten_kota"] = sum(row["kind"] != "provinsi" and row["autonomous"] == "yes" for row in rows)
    return f"""\
# Written by scripts/regions.py. What the table beside this file is made from.
decree = "{DECREE}"
decree_claim = "What both packages say of themselves; the decree itself was not read."
table = "indonesia.csv"
table_sha256 = "{hashlib.sha256(table.encode()).hexdigest()}"
time_zones = "Keppres 41/1987; IANA names by province"
not_autonomous = "UU 29/2007 art. 7 and 9: the six units of Jakarta are administrative"

[counts]
{chr(10).join(f"{name} = {count}" for name, count in counted.items())}

[source]
package = "npm {SOURCE.name}"
version = "{SOURCE.version}"
tarball_sha256 = "{SOURCE.sha256}"
licence = "MIT"
notice = "NOTICE.md"
corrections = {strings(notes)}

[cross_check]
package = "npm {WITNESS.name}"
version = "{WITNESS.version}"
tarball_sha256 = "{WITNESS.sha256}"
licence = "code MIT, data ODbL-1.0: compared only, nothing of it is in the table"
compared = "set of codes, kinds, names after the corrections"
differences = {strings(differences)}
"""


def print_districts(tarball: Path, code: str) -> None:
    """Print the districts of one region as they are written in a region profile."""
    for row in json.loads(member(tarball, "data/json/districts.json")):
        if dotted(row["code"]).startswith(f"{code}."):
            name = json.dumps(corrected(row["name"]), ensure_ascii=False)
            print(f'[[districts]]\ncode = "{dotted(row["code"])}"\nname = {name}\n')


def main() -> int:
    """Write or check the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 when the committed files differ; write nothing")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="folder with the two tarballs")
    parser.add_argument("--districts", metavar="CODE", help="print the districts of a region instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.packages or Path(temporary)
        source = fetch(SOURCE, folder)
        if arguments.districts:
            print_districts(source, arguments.districts)
            return 0
        rows, notes = build(source)
        differences = compare(rows, fetch(WITNESS, folder))
    table = table_text(rows)
    wanted = {"indonesia.csv": table, "indonesia.source.toml": provenance_text(table, rows, notes, differences)}
    for difference in differences:
        print(f"differs: {difference}")
    print(f"{len(rows)} regions, {len(notes)} names corrected, {len(differences)} differences from {WITNESS.name}")
    if arguments.check:
        stale = [
            name
            for name, text in wanted.items()
            if not (DATA / name).exists() or (DATA / name).read_text(encoding="utf-8") != text
        ]
        for name in stale:
            print(f"{name} is not what the packages say; run: python scripts/regions.py", file=sys.stderr)
        return 1 if stale else 0
    for name, text in wanted.items():
        (DATA / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
