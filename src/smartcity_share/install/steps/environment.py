"""Steps about the packages that apps need beyond the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs

from smartcity_share.durable import move
from smartcity_share.errors import OperationError
from smartcity_share.install.code_store import drop_if_empty
from smartcity_share.install.environments.build import build_environment, environment_trouble
from smartcity_share.install.environments.fetching import is_at_hand
from smartcity_share.install.environments.locked import LockedPackage
from smartcity_share.install.environments.place import EnvironmentSet, environment_set, environment_sets
from smartcity_share.install.environments.store import PackageStore
from smartcity_share.install.pending import is_pending
from smartcity_share.install.steps.base import Probe, Step, StepContext


def _locked(packages: Sequence[Mapping[str, Any]]) -> tuple[LockedPackage, ...]:
    return tuple(LockedPackage.from_json(one) for one in packages)


def _store(context: StepContext) -> PackageStore:
    return PackageStore(context.instance.layout.packages)


def _used(context: StepContext) -> set[str]:
    """Return the digests of the wheels that any environment is made of."""
    sets = environment_sets(context.instance.layout)
    return {package.sha256 for one in sets for name in one.names() for package in one.lock(name)}


@attrs.frozen
class StorePackages(Step):
    """Take the wheels of an environment into the instance.

    Attributes:
        packages: The wheels with their digests and where they come from.
        kept: The digests of those that were kept before.
    """

    name: ClassVar[str] = "store-packages"
    ahead: ClassVar[bool] = True

    packages: tuple[dict[str, str], ...]
    kept: tuple[str, ...]

    def describe(self) -> str:
        """Return what the step will do."""
        new = [one.label for one in _locked(self.packages) if one.sha256 not in self.kept]
        return f"keep the wheels of {', '.join(new)}" if new else "use wheels that are kept already"

    def probe(self, context: StepContext) -> Probe:
        """Look whether every wheel is kept with the digest that was planned."""
        sound = [_store(context).is_sound(one) for one in _locked(self.packages)]
        return Probe.DONE if all(sound) else Probe.PARTIAL if any(sound) else Probe.NOT

    def obstacle(self, context: StepContext) -> str | None:
        """Tell that a wheel lies neither in the store nor where it was taken from."""
        store = _store(context)
        gone = [one.label for one in _locked(self.packages) if not store.is_sound(one) and not is_at_hand(one)]
        return f"the wheels of {', '.join(gone)} are not there any more" if gone else None

    def do(self, context: StepContext) -> None:
        """Fetch those that are not there: beside, checked, renamed."""
        _store(context).keep(_locked(self.packages))

    def undo(self, context: StepContext) -> None:
        """Take those out again that were not there before and that no environment is made of."""
        store, used = _store(context), _used(context)
        if is_pending(context.instance, self.name, but=context.operation):
            return  # another operation may be about to make an environment of them
        for package in _locked(self.packages):
            if package.sha256 not in self.kept and package.sha256 not in used:
                store.set_aside(package.sha256, context.scratch / f"wheel-{package.sha256}")
        drop_if_empty(store.folder)


@attrs.frozen
class BuildEnvironment(Step):
    """Make an environment beside the one in use.

    Attributes:
        code_set: The code set it is for.
        environment: Its name.
        packages: What it holds.
        existed: Whether it was there before: used once, and kept.
    """

    name: ClassVar[str] = "build-environment"
    ahead: ClassVar[bool] = True

    code_set: str
    environment: str
    packages: tuple[dict[str, str], ...]
    existed: bool

    def describe(self) -> str:
        """Return what the step will do."""
        count = f"{len(self.packages)} package{'' if len(self.packages) == 1 else 's'}"
        verb = "use the kept" if self.existed else "make the"
        return f"{verb} environment {self.code_set}/{self.environment} of {count}"

    def probe(self, context: StepContext) -> Probe:
        """Look whether every file is there as the wheels recorded it."""
        environments = self._environments(context)
        if not environments.home(self.environment).is_dir():
            return Probe.NOT
        return Probe.PARTIAL if environment_trouble(environments, self.environment) else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Make it beside, check it, rename it."""
        environments = self._environments(context)
        build_environment(environments, self.environment, _locked(self.packages), _store(context), context.scratch)

    def undo(self, context: StepContext) -> None:
        """Move it away, unless it was there before, is in use, or another operation goes on with it."""
        environments = self._environments(context)
        asked = {"code_set": self.code_set, "environment": self.environment}
        if is_pending(context.instance, self.name, but=context.operation, **asked):
            return
        home = environments.home(self.environment)
        pointer = environments.pointer()
        if not self.existed and home.is_dir() and self.environment not in (pointer.current, *pointer.earlier):
            move(home, context.scratch / "environment-undone")
            drop_if_empty(environments.folder)
            drop_if_empty(environments.folder.parent)

    def _environments(self, context: StepContext) -> EnvironmentSet:
        return environment_set(context.instance.layout, self.code_set)


@attrs.frozen
class SwitchEnvironment(Step):
    """Let another environment be used: one small file is replaced.

    Attributes:
        code_set: The code set.
        before: Name of the environment in use; None where there is none.
        after: Name of the one that will be; None for none.
        earlier: Those used before the one in use, the last one first.
        required: Whether the operation cannot do without; a removal can.
    """

    name: ClassVar[str] = "switch-environment"

    code_set: str
    before: str | None
    after: str | None
    earlier: tuple[str, ...]
    required: bool = True

    def describe(self) -> str:
        """Return what the step will do."""
        if self.after is None:
            return f"use no environment any more: nothing beyond the host is needed; {self.before} is kept"
        return f"use environment {self.code_set}/{self.after}" + (f" instead of {self.before}" if self.before else "")

    def probe(self, context: StepContext) -> Probe:
        """Look which one is in use."""
        current = environment_set(context.instance.layout, self.code_set).pointer().current
        return Probe.DONE if current == self.after else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Replace the pointer, if it is still what was planned from."""
        environments = environment_set(context.instance.layout, self.code_set)
        pointer = environments.pointer()
        if pointer.current != self.before:
            text = f"Another operation changed the environment meanwhile: {pointer.current or 'none'} is in use"
            if self.required:
                raise OperationError(f"{text}, not {self.before or 'none'}", hint="Run the same command again.")
            context.notices.append(f"{text}; it was left as it is")
            return
        environments.point_to(pointer.turned_to(self.after))

    def undo(self, context: StepContext) -> None:
        """Put the pointer back, unless another operation has moved it on."""
        environments = environment_set(context.instance.layout, self.code_set)
        if environments.pointer().current == self.after:
            environments.point_back(self.before, tuple(self.earlier))


@attrs.frozen
class DropEnvironments(Step):
    """Set environments aside that are no longer kept, with the wheels only they were made of.

    Attributes:
        code_set: The code set.
        environments: Their names.
        wheels: The digests of the wheels.
    """

    name: ClassVar[str] = "drop-environments"

    code_set: str
    environments: tuple[str, ...]
    wheels: tuple[str, ...]

    def describe(self) -> str:
        """Return what the step will do."""
        return f"remove what is no longer kept: {', '.join(self.environments)}"

    def probe(self, context: StepContext) -> Probe:
        """Look whether any of them is still there."""
        return Probe.NOT if self._there(context) else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Move them to where the operation sets things aside."""
        environments = environment_set(context.instance.layout, self.code_set)
        for name in self._there(context):
            move(environments.home(name), context.scratch / "environments" / name)
        used = _used(context)
        for digest in self.wheels:
            if digest not in used:
                _store(context).set_aside(digest, context.scratch / "packages" / digest)

    def undo(self, context: StepContext) -> None:
        """Move them back."""
        environments, store = environment_set(context.instance.layout, self.code_set), _store(context)
        for digest in self.wheels:
            aside = context.scratch / "packages" / digest
            if aside.is_dir() and not store.home(digest).exists():
                move(aside, store.home(digest))
        for name in self.environments:
            aside = context.scratch / "environments" / name
            if aside.is_dir() and not environments.home(name).exists():
                move(aside, environments.home(name))

    def _there(self, context: StepContext) -> list[str]:
        environments = environment_set(context.instance.layout, self.code_set)
        current = environments.pointer().current
        return [name for name in self.environments if name != current and environments.home(name).is_dir()]
