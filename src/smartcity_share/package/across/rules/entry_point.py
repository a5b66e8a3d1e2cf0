"""Rule: the entry point names a module of the package that the manifest lies in, and an object that is there."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault
from smartcity_share.package.across.base import Parts


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault where the entry point leads nowhere. That it has the id of the app is told with the manifest."""
    module, _, names = parts.entry_point.partition(":")
    if not module:
        return
    where = parts.key("app", "id")
    package, _, inside = module.partition(".")
    if package != parts.package:
        yield Fault(
            "entry-point-elsewhere",
            f"The entry point names the package `{package}`, but the manifest lies in `{parts.package}`",
            where,
            f"Move smartcity.toml into the folder of `{package}`, or name a module of `{parts.package}`.",
        )
        return
    stem = inside.replace(".", "/")
    files = (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",)
    home = next((name for name in files if name in parts.files), None)
    if home is None:
        compiled = any(name.startswith(f"{stem}.") and name.endswith((".so", ".pyd")) for name in parts.files)
        if not compiled:
            near = did_you_mean(module, (f"{package}.{name[:-3].replace('/', '.')}" for name in parts.code.modules))
            yield Fault(
                "entry-point-module-missing",
                f"The entry point names the module `{module}`, which is not there",
                where,
                near or "Correct the entry point in pyproject.toml, or add the module.",
            )
        return
    first = names.partition(".")[0]
    found = parts.code.modules.get(home)
    if first and found is not None and first not in found.names:
        yield Fault(
            "entry-point-object-missing",
            f"The entry point names `{first}`, which `{module}` does not define",
            parts.at(home),
            did_you_mean(first, found.names) or "Correct the entry point in pyproject.toml, or define it.",
        )
