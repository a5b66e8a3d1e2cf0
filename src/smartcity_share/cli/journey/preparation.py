"""The way from source to three served regions, with the commands a region would type."""

from __future__ import annotations

import io
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from smartcity_share.cli.journey.sources import REGIONS, Sources
from smartcity_share.errors import OperationError

COMPLAINTS_PER_REGION: Final = 120

SHARER: Final = REGIONS[0]
"""The region that shares the apps."""
CATALOGUE: Final = "katalog"
"""What the instance calls the catalogue."""

_SATURDAY: Final = 5

Say = Callable[[str], None]
"""Where the demo tells what it does, a line at a time."""


@attrs.frozen
class Login:
    """An account of the demo.

    Attributes:
        region: Code of the region it belongs to.
        login: What is typed at sign-in.
        password: Made anew for every demo; it opens nothing but the temporary folder.
        title: What the account is for.
        roles: Roles as ``app:role``; those of the console are ``console:…``.
        office: Office of the region profile the account belongs to, if any.
    """

    region: str
    login: str
    password: str
    title: str
    roles: tuple[str, ...]
    office: str | None = None


@attrs.frozen
class Prepared:
    """An instance that is ready to be served.

    Attributes:
        instance: Its folder.
        wheels: The wheel of each app, by app id: the same files went to every region.
        logins: The accounts.
        holidays: A holiday of each region in the next days, by region code.
    """

    instance: Path
    wheels: dict[str, Path]
    logins: tuple[Login, ...]
    holidays: dict[str, date]

    def login(self, region: str, login: str) -> Login:
        """Return an account of the demo."""
        return next(found for found in self.logins if (found.region, found.login) == (region, login))


def host_name(region: str) -> str:
    """Return the host name the demo gives a region; names under ``localhost`` reach this machine without any set-up."""
    return f"r{region.replace('.', '-')}.localhost"


class Preparation:
    """Makes the instance of the demo in a folder.

    Args:
        sources: What it is made of.
        folder: An empty folder that the caller removes.
        say: Where each step is told.
    """

    def __init__(self, sources: Sources, folder: Path, say: Say) -> None:
        self._sources = sources
        self._folder = folder
        self._instance = folder / "instance"
        self._say = say

    def run(self) -> Prepared:
        """Build, install, configure and fill; return what there is then.

        Raises:
            OperationError: A step failed; its own message is in the hint.
        """
        wheels = {app: self._build(app, project) for app, project in self._sources.projects.items()}
        self._publish(wheels.values())
        holidays = {}
        for region in REGIONS:
            self._serve_region(region)
            holidays[region] = self._declare_holiday(region)
            for app in wheels:
                answers = self._sources.answers(region, app)
                options: list[str | Path] = ["--from", CATALOGUE, "--answers", answers, "--region", region, "--yes"]
                self._smartcity("install", app, *options, "--instance", self._instance)
            self._fill(region)
        self._name_hosts()
        logins = tuple(login for region in REGIONS for login in self._add_accounts(region))
        return Prepared(self._instance, wheels, logins, holidays)

    def _build(self, app: str, project: Path) -> Path:
        target = self._folder / "wheels"
        before = set(target.glob("*.whl"))
        self._smartcity("build", project, "-o", target)
        made = set(target.glob("*.whl")) - before
        if len(made) != 1:
            raise OperationError(f"Building {app} made {len(made)} wheels", hint="Run `smartcity build` on the project.")
        return made.pop()

    def _publish(self, wheels: Iterable[Path]) -> None:
        """Publish the wheels in a catalogue, shared by the first region: its keeper, its server and that region have keys."""
        keys, catalogue = self._folder / "keys", self._folder / "catalogue"
        keys.mkdir()
        for name in ("keeper", "server", "region"):
            self._smartcity("catalogue", "key", "new", keys / name)
        keeper, server, own = (("--key", keys / name) for name in ("keeper", "server", "region"))
        self._smartcity("catalogue", "init", catalogue, "--online-key", keys / "server.pub", *keeper)
        self._smartcity("catalogue", "origin", "add", catalogue, SHARER, "--public", keys / "region.pub", *keeper)
        self._smartcity("catalogue", "add", catalogue, *wheels, "--origin", SHARER, *own)
        self._smartcity("catalogue", "publish", catalogue, *server)

    def _follow(self) -> None:
        """Name the catalogue in ``instance.toml`` with its trust root, as an operator does who got that by hand."""
        import tomlkit

        root = self._instance / "trust" / "root.json"
        root.parent.mkdir()
        root.write_bytes((self._folder / "catalogue" / "metadata" / "1.root.json").read_bytes())
        file = self._instance / "instance.toml"
        document = tomlkit.parse(file.read_text("utf-8"))
        document["catalogues"] = {CATALOGUE: {"url": str(self._folder / "catalogue"), "root": "trust/root.json"}}
        file.write_text(tomlkit.dumps(document), "utf-8")
        self._say("$ edit instance.toml: the catalogue, and the root it is trusted by")

    def _serve_region(self, region: str) -> None:
        profile = self._sources.profile(region)
        if not self._instance.exists():
            self._smartcity("init", self._instance, "--region", region, "--profile", profile)
            self._follow()
        else:
            self._smartcity("region", "add", region, "--profile", profile, "--instance", self._instance)

    def _declare_holiday(self, region: str) -> date:
        """Make the next working day a holiday in the region's profile, as an official does in an editor."""
        import tomlkit

        from smartcity_share.regions.profile import read_profile

        file = self._instance / "regions" / region / "profile.toml"
        profile = read_profile(file)
        taken = {holiday.date for holiday in profile.holidays}
        day = datetime.now(ZoneInfo(profile.time_zone)).date() + timedelta(days=1)
        while day.weekday() >= _SATURDAY or day in taken:
            day += timedelta(days=1)
        document = tomlkit.parse(file.read_text("utf-8"))
        entry = {"date": day, "name": {"id": "Hari jadi daerah (contoh)", "en": "Anniversary of the region (example)"}}
        document.setdefault("holidays", tomlkit.aot()).append(tomlkit.item(entry))
        file.write_text(tomlkit.dumps(document), "utf-8")
        self._say(f"$ edit instance/regions/{region}/profile.toml: {day} is a holiday")
        return day

    def _fill(self, region: str) -> None:
        target = self._folder / "data" / region
        command = [sys.executable, self._sources.generator, self._sources.profile(region), target]
        self._tell(["python", *map(str, command[1:])])
        began = time.monotonic()
        count = ["--count", str(COMPLAINTS_PER_REGION)]
        done = subprocess.run([*map(str, command), *count], check=False, capture_output=True, text=True)  # noqa: S603 - our own script
        if done.returncode:
            raise OperationError(f"Example data for {region} could not be made", hint=done.stderr.strip()[-2000:])
        self._took(began)
        self._smartcity("app", "--region", region, "--instance", self._instance, "complaints", "import", target)

    def _name_hosts(self) -> None:
        """Give each region a host name of its own in ``instance.toml``, as an operator does in an editor."""
        import tomlkit

        file = self._instance / "instance.toml"
        document = tomlkit.parse(file.read_text("utf-8"))
        document["hosts"] = {host_name(region): region for region in REGIONS}
        file.write_text(tomlkit.dumps(document), "utf-8")
        self._say("$ edit instance.toml: a host name for each region")

    def _add_accounts(self, region: str) -> Iterable[Login]:
        office = self._office(region)
        for login, name, title, roles, home in (
            ("admin", "Administrator", "administrator", ("console:admin", "complaints:coordinator"), None),
            ("verifikator", "Verifikator laporan", "verifier of complaints", ("complaints:verifier",), None),
            ("petugas", "Petugas dinas", f"officer of {office}", ("complaints:office-officer",), office),
        ):
            made = Login(region, login, secrets.token_urlsafe(12), title, roles, home)
            options = [word for role in roles for word in ("--role", role)] + (["--office", home] if home else [])
            words = ("user", "add", login, "--name", name, *options, "--password-stdin", "--region", region)
            self._smartcity(*words, "--instance", self._instance, typed=made.password)
            yield made

    def _office(self, region: str) -> str:
        from smartcity_share.regions.profile import read_profile

        return read_profile(self._sources.profile(region)).offices[0].id

    def _smartcity(self, *words: str | Path, typed: str | None = None) -> str:
        """Run a command of ``smartcity`` in this process; what it prints is shown only when it fails."""
        from smartcity_share.cli.main import execute

        arguments = [str(word) for word in words]
        self._tell(["smartcity", *arguments])
        began = time.monotonic()
        output, faults = io.StringIO(), io.StringIO()
        before = sys.stdin
        sys.stdin = io.StringIO(f"{typed}\n") if typed is not None else io.StringIO()
        try:
            with redirect_stdout(output), redirect_stderr(faults):
                code = execute(arguments)
        finally:
            sys.stdin = before
        if code:
            said = (faults.getvalue() + output.getvalue()).strip()
            raise OperationError(f"`smartcity {' '.join(arguments[:2])}` ended with code {code}", hint=said[-4000:])
        self._took(began)
        return output.getvalue()

    def _tell(self, command: Iterable[str]) -> None:
        shown = " ".join(word.replace(f"{self._folder}/", "").replace(f"{self._sources.root}/", "") for word in command)
        self._say(f"$ {shown}")

    def _took(self, began: float) -> None:
        self._say(f"    {time.monotonic() - began:.1f} s")
