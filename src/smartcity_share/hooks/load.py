"""Load one app: gate it by the host API, import its module, register its hooks. Whatever goes wrong is its own fault only."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import pluggy

from smartcity_share.errors import AppImportError, HookError, HostApiError
from smartcity_share.hooks import code_folders
from smartcity_share.hooks.blame import cause_text, import_mend, place_in
from smartcity_share.hooks.contract import new_manager
from smartcity_share.hooks.discovered import DiscoveredApp
from smartcity_share.hooks.inspect_hooks import hook_problems
from smartcity_share.hooks.markers import HOST_API

if TYPE_CHECKING:
    from smartcity_share.manifest.model import Manifest

_REFERENCE: Final = "docs/reference/hooks.md lists every hook with its arguments."


@attrs.frozen(eq=False)
class LoadedApp:
    """An app whose module is imported and whose hooks are registered, in a manager of its own.

    Attributes:
        discovered: What its installation recorded.
        manifest: The validated manifest.
        hooks: Names of the hooks it implements.
    """

    discovered: DiscoveredApp
    manifest: Manifest
    hooks: frozenset[str]
    _manager: pluggy.PluginManager = attrs.field(repr=False)

    @property
    def app_id(self) -> str:
        """The id of the app."""
        return self.discovered.app_id

    @property
    def version(self) -> str:
        """The version of its distribution."""
        return self.discovered.version

    def call(self, hook: str, **arguments: object) -> object:
        """Call one hook; for :mod:`smartcity_share.hooks.registry` alone, which turns what comes out into errors and types.

        Returns:
            What the app returned, None where it does not implement the hook.
        """
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        return caller(**arguments)


def load(discovered: DiscoveredApp) -> LoadedApp:
    """Load an app.

    Raises:
        SmartCityError: The fault that discovery found, or a manifest with faults.
        HostApiError: The app is made for another range of the host API; nothing of it was imported.
        AppImportError: Its module cannot be imported, whatever the module did, or this process runs another version of it.
        AppConflictError: The name of its package belongs to Python or to another distribution.
        HookError: A hook is misspelt, asks for an argument there is not, or no hook is there at all.
    """
    if discovered.fault is not None:
        raise discovered.fault.with_traceback(None)
    _gate(discovered)
    manifest = discovered.manifest
    plugin = _import(discovered)
    return _register(discovered, manifest, plugin)


def _gate(discovered: DiscoveredApp) -> None:
    """Refuse an app for another host before its manifest is judged: a later manifest may say what this host cannot read."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    wanted = discovered.document.data.get("host_api")
    if not isinstance(wanted, str):
        return  # the manifest has a fault, and reading it says so with the line
    try:
        fits = SpecifierSet(wanted).contains(HOST_API, prereleases=True)
    except InvalidSpecifier:
        return
    if not fits:
        raise HostApiError(
            f"App {discovered.label} needs host API {wanted}; this is host API {HOST_API}. It was not imported.",
            where=discovered.document.locate(("host_api",)),
            hint=f"Install a version of `{discovered.distribution}` made for host API {HOST_API}, "
            "or a version of smartcity-share that offers the range.",
        )


def _import(discovered: DiscoveredApp) -> object:
    """Import the module of the entry point and return the object that carries the hooks."""
    module_name, _, path = (part.strip() for part in discovered.entry_point.partition(":"))
    package = module_name.partition(".")[0]
    _refuse_other_version(discovered, package)
    if discovered.in_code_folder:
        code_folders.add(discovered.location, package, discovered.distribution)
        if discovered.packages is not None:
            code_folders.add_packages(discovered.packages)
    try:
        found: object = import_module(module_name)
        for attribute in filter(None, path.split(".")):
            found = getattr(found, attribute)
    except KeyboardInterrupt:
        raise
    except BaseException as cause:  # the border to foreign code: SystemExit at import is a fault of the app too
        raise AppImportError(
            f"App {discovered.label}: `{discovered.entry_point}` cannot be imported: {cause_text(cause)}.",
            where=place_in(cause, package),
            hint=import_mend(cause, discovered),
        ) from cause
    if found is None:
        raise HookError(
            f"App {discovered.label}: the entry point `{discovered.entry_point}` names an object that is None.",
            hint="Its maker names the module, or the object, whose functions are marked with @hookimpl.",
        )
    return found


def _refuse_other_version(discovered: DiscoveredApp, package: str) -> None:
    loaded = sys.modules.get(package)
    if loaded is None or package in sys.stdlib_module_names:
        return
    home = code_folders.home_of(loaded)
    if home == (discovered.location if discovered.in_code_folder else None):
        return
    if _same_release(discovered, home):
        return
    if home is None and code_folders.environment_version(discovered.distribution) is None:
        return  # the name belongs to somebody else, which is told when the folder is added
    other = f"the code folder `{home.name}`" if home else "the environment"
    raise AppImportError(
        f"App {discovered.label}: another version of its package `{package}` is already imported in this process, "
        f"from {other}.",
        hint="One process runs one version of an app: stop it and start it again, for example `smartcity serve`.",
    )


def _same_release(discovered: DiscoveredApp, home: Path | None) -> bool:
    """Whether what was imported from a code folder, or from the environment (None), is this very release.

    Of two code folders the records of files and digests have to be equal. The environment is trusted by the version, since an
    editable install records no digests of its code.
    """
    if home is None:
        return code_folders.environment_version(discovered.distribution) == discovered.version
    try:
        theirs = (home / discovered.dist_info.name / "RECORD").read_bytes()
        return theirs == (discovered.dist_info / "RECORD").read_bytes()
    except OSError:
        return False


def _register(discovered: DiscoveredApp, manifest: Manifest, plugin: object) -> LoadedApp:
    manager = new_manager()
    try:
        problems = hook_problems(manager, plugin)
        if not problems:
            manager.register(plugin, name=discovered.app_id)
            manager.check_pending()
    except KeyboardInterrupt:
        raise
    except BaseException as cause:  # looking at the attributes of a foreign object may run its code
        raise HookError(
            f"App {discovered.label}: its hooks cannot be registered: {cause_text(cause)}.", hint=_REFERENCE
        ) from cause
    if problems:
        message = " ".join(problem.message for problem in problems)
        mend = " ".join(dict.fromkeys(problem.mend for problem in problems))
        raise HookError(
            f"App {discovered.label}: {message}",
            where=problems[0].where,
            hint=f"{mend} {_REFERENCE}",
        )
    callers = manager.get_hookcallers(plugin) or ()
    return LoadedApp(discovered, manifest, frozenset(caller.name for caller in callers), manager)
