"""Rules about ``[app]``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.raw import table

RESERVED: Final = frozenset(
    {"admin", "api", "assets", "console", "healthz", "host", "regions", "smartcity", "static", "well-known"}
)
"""Ids an app cannot have: they name addresses or parts of the host."""


def id_is_free(document: TomlDocument) -> Iterator[Fault]:
    """An app does not take a word the host uses."""
    found = table(document, "app").get("id")
    if isinstance(found, str) and found in RESERVED:
        yield Fault(
            "app-id-reserved",
            f"`{found}` is a word of the host",
            document.locate(("app", "id")),
            f"Choose another id, for example `{found}-app`.",
        )


def connector_provides(document: TomlDocument) -> Iterator[Fault]:
    """A connector names the contracts it fulfils and has no pages; an app fulfils none."""
    app = table(document, "app")
    provides, kind = app.get("provides"), app.get("kind", "app")
    if kind == "connector":
        if provides is None or provides == []:
            yield Fault(
                "connector-provides-missing",
                "A connector that provides no contract is of no use to an app",
                document.locate(("app", "provides")),
                'Add for example `provides = ["message"]`.',
            )
        if document.data.get("page"):
            yield Fault(
                "connector-has-pages",
                "A connector has no pages",
                document.locate(("page",)),
                'Remove the `[[page]]` entries, or make it an app: `kind = "app"`.',
            )
    elif kind == "app" and provides:
        yield Fault(
            "app-provides-contract",
            "Only a connector provides contracts",
            document.locate(("app", "provides")),
            'Remove `provides`, or write `kind = "connector"`.',
        )
