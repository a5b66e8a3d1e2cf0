"""``instance.toml``: what an instance is told about its surroundings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from smartcity_share.catalogue.freshness import MOST_STALE_DAYS
from smartcity_share.catalogue.location import address_trouble, is_address
from smartcity_share.documents.model import DocumentModel, validate
from smartcity_share.documents.shapes import Flag, Identifier, Line, Shape, Whole, fault
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import TomlDocument, refusal
from smartcity_share.errors import Fault, InstanceConfigError
from smartcity_share.install.maintenance import Maintenance
from smartcity_share.install.opening import FORMAT
from smartcity_share.install.storage.database_url import EMBEDDED, IN_SECRET, is_postgres

MEBIBYTE: Final = 1 << 20

HostName = Annotated[
    str,
    Shape(
        r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*",
        "a host name",
        "Write it in small letters, without scheme, port or path: `lapor.example.go.id`.",
        longest=253,
    ),
]
Network = Annotated[
    str, Shape(r"[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?", "an address or network", "Write `127.0.0.1` or `10.0.0.0/8`.", longest=50)
]


class Limits(DocumentModel):
    """How much the host takes."""

    request_body_bytes: Annotated[Whole, Field(ge=1024, le=1024 * MEBIBYTE)] = 20 * MEBIBYTE
    """Largest body of a request in bytes."""
    health_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    """How long an app may take to say how it is, in seconds."""
    request_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    """How long an app may take for a request, in seconds."""
    kept_states: Annotated[Whole, Field(ge=1, le=50)] = 2
    """How many states of an installation are kept by upgrades, to roll back to."""


class Server(DocumentModel):
    """How the host is reached."""

    trusted_proxies: tuple[Network, ...] = ("127.0.0.1", "::1")
    """Addresses whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed."""
    secure_cookies: Flag = True
    """Whether cookies are only sent over https; plain http on this machine itself always works."""


class Database(DocumentModel):
    """Where the ledger and the data of installations are kept."""

    url: str = EMBEDDED
    """``sqlite`` keeps everything in the folder of the instance; ``secret`` or ``postgresql://…`` in PostgreSQL.

    ``secret``: the URL lies in ``secrets/_instance/database/url``. A URL with a password is refused here.
    """

    @model_validator(mode="after")
    def _is_supported(self) -> Database:
        if is_postgres(self.url):
            if "@" in self.url and ":" in self.url.partition("://")[2].rpartition("@")[0]:
                raise fault(
                    "database-password-shown",
                    "The URL of the database holds a password that everybody who reads this file would see",
                    f'Write url = "{IN_SECRET}" here and the URL in secrets/_instance/database/url (chmod 600).',
                )
        elif self.url not in (EMBEDDED, IN_SECRET):
            scheme = re.split(r"[:+]", self.url, maxsplit=1)[0][:20] or "nothing"
            raise fault(
                "database-unsupported",
                f"A database of the kind `{scheme}` is not supported; wanted `{EMBEDDED}` or postgresql://…",
                f'Write url = "{EMBEDDED}", or leave the table out.',
            )
        return self


class Packages(DocumentModel):
    """Where the packages that apps need beyond the host come from."""

    index: str = ""
    """URL of a package index that may be asked; empty: only wheels that are given or kept."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Packages:
        parts = urlsplit(self.index)
        if self.index and (parts.scheme not in ("https", "http") or not parts.hostname):
            raise fault(
                "index-unusable",
                f"`{self.index[:80]}` is no package index; wanted https://…/simple",
                "Write the URL of a simple index (PEP 503), or leave it out.",
            )
        if "@" in parts.netloc:
            raise fault(
                "index-password-shown",
                "The URL of the index holds a name or password that everybody who reads this file would see",
                "Name an index that needs none, or fetch the wheels and give their folder: `--wheels DIR`.",
            )
        return self


class FollowedCatalogue(DocumentModel):
    """A catalogue apps are installed from."""

    url: Line
    """Its http or https address, or its folder: of a stick, or one of this machine."""
    root: Annotated[
        str,
        Shape(
            r"(?!/)(?!.*(?:^|/)\.\.(?:/|$))[^\\:]+",
            "a file in the folder of the instance",
            "Put the trust root into the folder and write `trust/nasional.json`.",
            longest=200,
        ),
    ]
    """The file with its trust root, in the folder of the instance."""
    stale_days: Annotated[Whole, Field(ge=1, le=3650)] = MOST_STALE_DAYS
    """Days after which a copy in a folder is too old to install from."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> FollowedCatalogue:
        trouble = address_trouble(self.url) if is_address(self.url) else None
        if trouble is not None:
            raise fault("catalogue-address-unusable", trouble, "Write the address as https://katalog.example.go.id.")
        return self


class InstanceConfig(DocumentModel):
    """The content of ``instance.toml``."""

    format: Whole
    """Version of the folder: 1."""
    id: Annotated[str, Shape(r"[0-9a-f]{32}", "an id of 32 hexadecimal digits", "Put back the one `init` wrote.")]
    """Names the instance for ever, wherever its folder lies."""
    hosts: dict[HostName, str] = Field(default_factory=dict)
    """Host name -> code of the region that is served under it."""
    limits: Limits = Field(default_factory=Limits)
    """How much the host takes."""
    server: Server = Field(default_factory=Server)
    """How the host is reached."""
    database: Database = Field(default_factory=Database)
    """Where the ledger and the data are kept."""
    packages: Packages = Field(default_factory=Packages)
    """Where the packages that apps need come from."""
    catalogues: dict[Identifier, FollowedCatalogue] = Field(default_factory=dict)
    """Name -> a catalogue that apps are installed from."""
    maintenance: Maintenance = Field(default_factory=Maintenance)
    """When rollouts may change a region."""


def read_config(path: Path, served: tuple[str, ...], label: str | None = None) -> InstanceConfig:
    """Read ``instance.toml``.

    Args:
        path: The file.
        served: Codes of the regions the instance serves; a host name must lead to one of them.
        label: The name of the file in messages.

    Raises:
        InstanceConfigError: It cannot be read or has faults; all of them are in ``faults``.
    """
    document = TomlDocument.read(path, label, error=InstanceConfigError)
    config, faults = validate(InstanceConfig, document)
    faults += _host_faults(document, served)
    if config is None or faults:
        raise refusal(InstanceConfigError, document.label, faults)
    return config


def _host_faults(document: TomlDocument, served: tuple[str, ...]) -> list[Fault]:
    hosts = document.data.get("hosts")
    return [
        Fault(
            "host-region-unknown",
            f"`{name}` leads to region {code}, which this instance does not serve",
            document.locate(("hosts", name)),
            did_you_mean(code, served) or f"Served: {', '.join(served) or 'none'}. Add one with `smartcity region add {code}`.",
        )
        for name, code in (hosts.items() if isinstance(hosts, dict) else ())
        if isinstance(code, str) and code not in served
    ]


def new_config_text(instance_id: str, database: str = EMBEDDED) -> str:
    """Return the ``instance.toml`` of a new instance."""
    return f"""\
# An instance of smartcity-share. The keys are explained in docs/reference/instance.md.
format = {FORMAT}
id = "{instance_id}"

# Serve a region under a host name of its own; without a line here it is reached as /<code>/.
[hosts]
# "layanan.example.go.id" = "71.08"

[limits]
# request_body_bytes = {20 * MEBIBYTE}

[server]
# trusted_proxies = ["127.0.0.1", "::1"]
# secure_cookies = true

[database]
# "sqlite": files in this folder. "secret": PostgreSQL, its URL lies in secrets/_instance/database/url.
url = "{database}"

[packages]
# A package index that may be asked for what apps need; without one only wheels that are given are taken.
# index = "https://packages.example.go.id/simple"

# A catalogue apps are installed from: `smartcity install APP --from nasional`. Its trust root comes by another way.
# [catalogues.nasional]
# url = "https://katalog.example.go.id"
# root = "trust/nasional.json"

# When `smartcity rollout` may change a region, in its local time.
[maintenance]
# window = "20:00-04:00"
# freeze = [{{ first = 2029-02-07, last = 2029-02-14, why = "Pemilu" }}]
"""
