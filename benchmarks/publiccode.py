"""Claim: checking a publiccode.yml costs less than loading it with PyYAML in any way and validating it with jsonschema.

One process measures, in turn and many times over, what an author could do with a typical file instead: load it with PyYAML's
safe loaders (pure Python and libyaml) or with ruamel.yaml where it is installed, and load it and validate it with jsonschema
against a schema in the style of SchemaStore. Medians of processor time, and ratios to ours.

    python benchmarks/publiccode.py [--checks N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from smartcity_share.publiccode import check
from smartcity_share.publiccode.fields import PUBLICCODE
from smartcity_share.publiccode.kinds import Flag, Items, Kind, PerLanguage, Table, Text
from smartcity_share.publiccode.vocabulary import words

TYPICAL: Final = Path(__file__).resolve().parents[1] / "publiccode.yml"
ROUNDS: Final = 10


def schema_of(kind: Kind, name: str = "") -> dict[str, Any]:
    """Return a JSON Schema in the style of SchemaStore: types, keys, enums and lengths; no addresses, licences, languages."""
    enums = {"categories": "categories", "scope": "scopes", "developmentStatus": "statuses", "softwareType": "types"}
    schema: dict[str, Any]
    if isinstance(kind, Table):
        schema = {
            "type": "object",
            "additionalProperties": False,
            "required": [field.name for field in kind.fields if field.required],
            "properties": {field.name: schema_of(field.kind, field.name) for field in kind.fields},
        }
    elif isinstance(kind, PerLanguage):
        schema = {"type": "object", "minProperties": 1, "additionalProperties": schema_of(kind.table)}
    elif isinstance(kind, Items):
        schema = {"type": "array", "minItems": kind.least, "items": schema_of(kind.item, name)}
    elif isinstance(kind, Flag):
        schema = {"type": "boolean"}
    elif isinstance(kind, Text) and name in enums:
        schema = {"enum": list(words(enums[name]))}
    else:
        bounds = {"shortDescription": {"maxLength": 150}, "longDescription": {"minLength": 150, "maxLength": 10_000}}
        schema = {"type": "string", **bounds.get(name, {})}
    return schema


def contestants(text: bytes) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name; ours first."""
    validator = jsonschema.Draft7Validator(schema_of(PUBLICCODE))
    fast = getattr(yaml, "CSafeLoader", None)
    loaded = yaml.safe_load(text)
    found: dict[str, Callable[[], object]] = {
        "smartcity publiccode check": lambda: check(text),
        "jsonschema, of what is loaded already": lambda: list(validator.iter_errors(loaded)),
        "PyYAML safe_load (pure Python)": lambda: yaml.load(text, Loader=yaml.SafeLoader),
        "PyYAML safe_load + jsonschema": lambda: list(validator.iter_errors(yaml.load(text, Loader=yaml.SafeLoader))),
    }
    if fast is not None:
        found["PyYAML CSafeLoader (libyaml)"] = lambda: yaml.load(text, Loader=fast)  # noqa: S506 - a safe loader
        found["PyYAML CSafeLoader + jsonschema"] = lambda: list(
            validator.iter_errors(yaml.load(text, Loader=fast))  # noqa: S506 - a safe loader
        )
    if find_spec("ruamel") is not None:
        from ruamel.yaml import YAML

        found["ruamel.yaml (YAML 1.2, pure Python)"] = lambda: YAML(typ="safe", pure=True).load(text)
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checks", type=int, default=1000, help="how often each does its work (default: 1000)")
    checks = max(ROUNDS, parser.parse_args().checks)
    text = TYPICAL.read_bytes()
    if not check(text).valid:
        print(f"{TYPICAL.name} is not valid")
        return 1
    runs: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, work in contestants(text).items():
            begun = time.process_time()
            for _ in range(checks // ROUNDS):
                work()
            runs.setdefault(name, []).append((time.process_time() - begun) / (checks // ROUNDS))
    medians = {name: statistics.median(times) for name, times in runs.items()}
    ours = next(iter(medians.values()))
    print(f"{TYPICAL.name}, {len(text)} bytes, {checks} times each; processor time")
    for name, median in medians.items():
        print(f"{name:40} {median * 1000:8.3f} ms   {median / ours:6.2f} x ours")
    peers = [median for name, median in medians.items() if name.endswith("+ jsonschema")]
    print(f"claim {'holds' if ours < min(peers) else 'does not hold'}: {ours / min(peers):.2f} x the quickest of these")
    return 0 if ours < min(peers) else 1


if __name__ == "__main__":
    raise SystemExit(main())
