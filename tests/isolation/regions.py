"""Three regions with the same apps, each filled with words, files, secrets and ids that no other region may ever be shown."""

from __future__ import annotations

import io
import random
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import tomlkit
from PIL import Image
from starlette.testclient import TestClient

from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.open311 import api_keys
from smartcity_complaints.photos import prepare
from smartcity_complaints.privacy.requests import ask_erasure
from smartcity_complaints.workflow import Action
from smartcity_share.hooks.installation import Actor
from smartcity_share.host.app import Host
from smartcity_share.host.database import AccountsDatabase
from smartcity_share.install.installing import install_app
from smartcity_share.install.instance import Instance
from smartcity_share.install.runtime import open_installation
from smartcity_share.manifest.access import permissions_of
from tests.apps.factory import AppFactory, build
from tests.isolation import archive

ROOT: Final = Path(__file__).parents[2]
REGIONS: Final = ("73.71", "71.08", "13.10")
MARKS: Final = dict(zip(REGIONS, ("tandasatu", "tandadua", "tandatiga"), strict=True))
PASSWORD: Final = "empat kuda makan rumput"

MAILBOX: Final = """\
from smartcity_share import Delivery, hookimpl


@hookimpl
def deliver_message(installation, message):
    if message.to.startswith("tolak."):
        return Delivery(False, reason=f"Kotak surat {installation.region.code} penuh.")
    number = len(list(installation.files.names()))
    text = "\\n".join((message.to, message.subject, message.text, message.reference))
    installation.files.write(f"letter-{number}", text.encode())
    return Delivery(True, receipt=str(number))
"""


@attrs.define
class Realm:
    """What one region has.

    Attributes:
        region: Its code.
        secret: What nobody but its own people may be shown, and the kind of thing it is.
        known: What the public of this region may be shown, and no other region, and the kind of thing it is.
        ids: What can stand in a path or a field and means something here, by what it is.
        shown_files: Names of the files that everybody may be shown.
    """

    region: str
    secret: dict[bytes, str] = attrs.field(factory=dict)
    known: dict[bytes, str] = attrs.field(factory=dict)
    ids: dict[str, list[str]] = attrs.field(factory=dict)
    shown_files: set[str] = attrs.field(factory=set)

    def hide(self, kind: str, *values: str | bytes) -> None:
        """Name values of a kind that only people of the region may be shown."""
        self.secret.update((value.encode() if isinstance(value, str) else value, kind) for value in values)

    def show(self, kind: str, *values: str | bytes) -> None:
        """Name values of a kind that the region itself shows to everybody."""
        self.known.update((value.encode() if isinstance(value, str) else value, kind) for value in values)

    def id(self, kind: str, value: str) -> str:
        """Remember an id."""
        self.ids.setdefault(kind, []).append(value)
        return value

    @property
    def everything(self) -> dict[bytes, str]:
        """What no other region may be shown, and the kind of thing it is."""
        return self.secret | self.known

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Every id, of whatever kind."""
        return tuple(value for values in self.ids.values() for value in values)


def host_name(region: str) -> str:
    """Return the host name a region has beside its path."""
    return f"{MARKS[region].removeprefix('tanda')}.contoh.example"


def make_instance(folder: Path, factory: AppFactory) -> Instance:
    """Make the instance of the three regions with every app in each."""
    instance = Instance.create(folder, REGIONS, {region: ROOT / "examples" / "regions" / region for region in REGIONS})
    config = tomlkit.parse(instance.layout.config.read_text("utf-8"))
    config["hosts"] = {host_name(region): region for region in REGIONS}
    instance.layout.config.write_text(tomlkit.dumps(config), "utf-8")
    del instance.config  # it was read when the instance was opened
    hello = build(ROOT / "examples" / "hello", factory.folder / "wheels")
    archived = archive.wheel(factory, leaky=False)
    mailbox = factory.wheel("mailbox", plugin=MAILBOX, kind="connector", manifest={"app": {"provides": ["message"]}})
    for region in REGIONS:
        by = Actor("a0", f"Pemasang {MARKS[region]}")
        for app, source in (("mailbox", mailbox), ("hello", hello), ("complaints", None)):
            answers: Mapping[str, Any] = {}
            file = ROOT / "examples" / "demo" / region / f"answers-{app}.toml"
            if file.is_file():
                answers = tomllib.loads(file.read_text("utf-8"))
            if app == "complaints":
                answers = {**answers, "contact_email": f"{MARKS[region]}@contoh.example"}
            install_app(instance, region, source, answers, app=app, actor=by, basis=f"SK {MARKS[region]}")
        archive.install(instance, region, archived)
    return instance


def fill(host: Host, client: TestClient, region: str) -> Realm:
    """Fill a region through the doors its people use, and return what they left there."""
    instance, mark = host.services.instance, MARKS[region]
    realm = Realm(region)
    realm.show("words", mark)
    for kind, marker in archive.markers(region).items():
        (realm.hide if kind in {"audit trail", "error page", "backup"} else realm.show)(kind, marker)
    client.post(f"/{region}/hello/", data={"text": f"Buku {mark}"})
    add_officials(host, realm, mark)
    _reports(instance, realm, mark)
    for name, content in ((name, _read(instance, region, name)) for name in realm.ids["file"]):
        # What lies in the middle of a photo is like no other.
        (realm.show if name in realm.shown_files else realm.hide)("photo", content[len(content) // 2 :][:48])
    return realm


def run_jobs(instance: Instance, region: str) -> None:
    """Run the jobs of the complaints in a region: letters leave, deadlines pass."""
    here = open_installation(instance, region, "complaints")
    for job in instance.registry().jobs("complaints"):
        job.run(here)


def add_officials(host: Host, realm: Realm, mark: str) -> None:
    """Add two officials who hold every role there is between them, and a session of each."""
    services, region = host.services, realm.region
    known = services.accounts.known_roles(region)
    office = services.instance.profile(region).offices[0].id
    for login, roles, place in (
        ("admin", {"console": ["admin"], "complaints": ["coordinator", "verifier", "leader", "data-officer"]}, None),
        ("petugas", {"complaints": ["office-officer"]}, office),
    ):
        account = services.accounts.add(
            region,
            name=f"Pegawai {mark}",
            login=login,
            password=PASSWORD,
            roles={app: ids for app, ids in roles.items() if app in ("console", *known)},
            office=place,
            must_change=False,
        )
        token = new_session(host, region, login)
        realm.id("account", account.id)
        realm.id("session", token)
        realm.hide("session", token)
        realm.hide("account", account.id, f"Pegawai {mark}")


def new_session(host: Host, region: str, login: str = "admin") -> str:
    """Open a session as signing in does, without the form."""
    services = host.services
    account = services.accounts.by_login(region, login)
    with AccountsDatabase(services.instance.accounts_database).write() as connection:
        return services.sessions.open(connection, account)


def _reports(instance: Instance, realm: Realm, mark: str) -> None:
    here = open_installation(instance, realm.region, "complaints")
    kind = here.settings.kinds[0].code
    area = here.settings.area
    manifest = instance.registry().app("complaints").manifest
    roles = frozenset(role.id for role in manifest.roles)
    coordinator = Actor("c0", f"Koordinator {mark}", roles, permissions_of(manifest, roles), None)
    for published, to in ((True, "pelapor"), (False, "pelapor"), (False, "tolak")):
        draft = Draft(
            kind=kind,
            text=f"Laporan {mark} {'untuk umum' if published else 'rahasia'} di depan pasar.",
            place=f"Depan {mark}",
            latitude=str((area.south + area.north) / 2),
            longitude=str((area.west + area.east) / 2),
            confidential=not published,
            name=f"Nama {mark} pelapor",
            email=f"{to}.{mark}@contoh.example",
            phone="+62 811 7770 888",
            notices=True,
            consent=True,
        )
        known = set(here.files.names())
        filed = file_report(here, draft, key=new_key(), pictures=[prepare(_photo(f"{mark}{published}{to}"), 5)])
        for name in sorted(set(here.files.names()) - known):
            realm.id("file", name)
            realm.id("photo", Path(name).stem)
            if published:
                realm.shown_files.add(name)
        realm.id("number", filed.number)
        realm.id("link", filed.token)
        realm.hide("follow link", filed.token)
        realm.hide("reporter", f"Nama {mark} pelapor", f"{to}.{mark}@contoh.example")
        realm.hide("report", f"Laporan {mark} rahasia")
        if not published:
            realm.hide("report", filed.number)
            ask_erasure(here, filed.number, filed.token, f"Alasan {mark}")
            realm.hide("request of a data subject", f"Alasan {mark}")
        else:
            realm.show("report", filed.number)
            act(here, coordinator, filed.number, Order(Action.VERIFY, publish=True))
    realm.hide("letter that was refused", f"Kotak surat {realm.region} penuh")
    run_jobs(instance, realm.region)
    key = api_keys.create(here, coordinator, f"Kunci {mark}")
    realm.hide("API key", key, f"Kunci {mark}")
    realm.id("key", key)
    realm.ids.setdefault("int", []).extend(str(one.id) for one in api_keys.all_keys(here))


def _read(instance: Instance, region: str, name: str) -> bytes:
    with open_installation(instance, region, "complaints").files.open(name) as file:
        return file.read()


def _photo(seed: str) -> bytes:
    """Make a photo that is like no other."""
    image = Image.frombytes("RGB", (96, 96), random.Random(seed).randbytes(96 * 96 * 3))  # noqa: S311 - a picture, no secret
    target = io.BytesIO()
    image.save(target, "JPEG")
    return target.getvalue()
