"""A release: the wheel of a project in its normal form, with its facts, judged as it will travel."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import attrs

from smartcity_share.documents.toml import refusal
from smartcity_share.errors import BuildError, Fault, Location, PackageError, ReleaseError, ReleaseExistsError
from smartcity_share.manifest.find import FoundManifest, from_project, from_wheel
from smartcity_share.manifest.model import FILE_NAME
from smartcity_share.package import normal
from smartcity_share.package.across.every import part_faults
from smartcity_share.package.across.gather import asked, parts_of_files, refuse_links_out
from smartcity_share.package.build import FIXED_TIME, build_wheel, remove_empty
from smartcity_share.package.changes import changes, earlier_changes
from smartcity_share.package.facts import FACTS, SBOM, SETTINGS_SCHEMA, EarlierChange, ReleaseFacts
from smartcity_share.package.interview import Interview, canonical
from smartcity_share.package.rules.base import Content
from smartcity_share.package.rules.every import content_faults
from smartcity_share.package.sbom import sbom
from smartcity_share.package.wheel import Wheel


@attrs.frozen
class Release:
    """A wheel that was made.

    Attributes:
        wheel: The wheel, opened and verified.
        facts: What it says of itself.
        notices: What does not stop it, but should be mended.
    """

    wheel: Wheel
    facts: ReleaseFacts
    notices: tuple[Fault, ...]


def make_release(
    project: Path, target: Path, *, replace: bool = False, progress: Callable[[str], None] = lambda _: None
) -> Release:
    """Build the wheel of a project with its release facts, and check the wheel.

    Args:
        project: The folder with ``pyproject.toml``.
        target: The folder the wheel goes to; made where it is not there. On failure it is left as it was.
        replace: Whether another wheel of the same name is overwritten.
        progress: Told what is done next.

    Raises:
        ManifestError: The manifest of the project or of the wheel has faults.
        BuildError: The project cannot be built.
        ReleaseError: The wheel must not be given away; every reason is in ``faults``.
        ReleaseExistsError: Another wheel of this version is there.
    """
    project = Path(project)
    in_tree = from_project(project)
    refuse_links_out(project, Path(in_tree.document.label).parent)
    epoch = _epoch()
    with tempfile.TemporaryDirectory(prefix="smartcity-build-") as workplace:
        progress("Building the wheel")
        raw = Wheel.checked(build_wheel(project, Path(workplace) / "raw"))
        final = Path(workplace) / raw.path.name
        files = normal.contents(raw.path)
        progress("Checking what is in it")
        found = from_wheel(raw.path)
        faults = [*_same_manifest(in_tree, found, raw), *content_faults(Content(final.name, files, str(project.resolve())))]
        progress("Importing it in a clean environment")
        # Faults of the manifest are told in the author's own file, which was found to say the same.
        parts = parts_of_files(attrs.evolve(found, document=in_tree.document), found.document.label, files, final.name)
        parts, trouble = asked(parts)
        progress("Comparing its parts")
        faults += [*trouble, *part_faults(parts)]
        if faults:
            raise refusal(ReleaseError, final.name, faults)
        facts = _add_facts(files, raw, found, _schema(parts.interview), project=project, epoch=epoch)
        normal.write(final, files, raw.dist_info, epoch)
        made = Wheel.checked(final)
        from_wheel(final)
        kept = _keep(made, target, replace=replace)
    return Release(Wheel.open(kept), facts, _notices(facts, kept))


def _add_facts(
    files: dict[str, bytes], wheel: Wheel, found: FoundManifest, schema: str | None, *, project: Path, epoch: int
) -> ReleaseFacts:
    info = wheel.dist_info
    for name in (FACTS, SBOM, SETTINGS_SCHEMA):
        files.pop(f"{info}/{name}", None)  # the build alone says these
    moment = datetime.fromtimestamp(epoch, UTC)
    materials = sbom(wheel.metadata, normal.content_digest(files), moment).encode()
    files[f"{info}/{SBOM}"] = materials
    if schema is not None:
        files[f"{info}/{SETTINGS_SCHEMA}"] = schema.encode()
    facts = ReleaseFacts(
        facts_version=1,
        app=found.manifest.app.id,
        distribution=wheel.name,
        version=wheel.version,
        host_api=str(found.manifest.host_api),
        requires_python=wheel.metadata.requires_python,
        manifest_sha256=_sha256(_manifest(found, files)),
        sbom_sha256=_sha256(materials),
        settings_schema_sha256=None if schema is None else _sha256(schema.encode()),
        changes=changes(project, wheel.version),
        earlier=tuple(EarlierChange(version=one, changes=text) for one, text in earlier_changes(project, wheel.version)),
    )
    files[f"{info}/{FACTS}"] = (facts.model_dump_json(indent=2) + "\n").encode()
    return facts


def _manifest(found: FoundManifest, files: dict[str, bytes]) -> bytes:
    return files[found.document.label.rpartition("!")[2]]


def _same_manifest(in_tree: FoundManifest, found: FoundManifest, wheel: Wheel) -> list[Fault]:
    if in_tree.document.data == found.document.data:
        return []
    where = Location(f"{wheel.path.name}!{found.document.label.rpartition('!')[2]}")
    mend = f"Let the build take {FILE_NAME} from the package folder as it is."
    return [Fault("wheel-manifest-differs", "The manifest in the wheel is not that of the project", where, mend)]


def _schema(interview: Interview | None) -> str | None:
    return None if interview is None or interview.settings is None else canonical(interview.settings)


def _epoch() -> int:
    text = os.environ.get("SOURCE_DATE_EPOCH", FIXED_TIME)
    try:
        moment = int(text)
        datetime.fromtimestamp(moment, UTC)
    except (ValueError, OverflowError, OSError):
        raise BuildError(
            f"SOURCE_DATE_EPOCH is no time: {text[:40]!r}", where=None, hint="Give seconds since 1970, or unset it."
        ) from None
    return moment


def _keep(wheel: Wheel, target: Path, *, replace: bool) -> Path:
    final = target / wheel.path.name
    if target.exists() and not target.is_dir():
        raise PackageError("This is not a folder", where=Location(str(target)), hint="Name a folder for the wheel.")
    if final.exists() and not replace and _sha256(final.read_bytes()) != wheel.sha256:
        raise ReleaseExistsError(
            "Another wheel of this version is there",
            where=Location(str(final)),
            hint="Raise the version; or, if nobody has that wheel yet, build with `--replace`.",
        )
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        # Written beside it and renamed: a full disk or a crash leaves the old wheel, never half of a new one.
        with tempfile.TemporaryDirectory(prefix=".build-", dir=target) as beside:
            half = Path(beside) / final.name
            shutil.copyfile(wheel.path, half)
            half.replace(final)
    except BaseException:
        if made:
            remove_empty(target)
        raise
    return final


def _notices(facts: ReleaseFacts, wheel: Path) -> tuple[Fault, ...]:
    if facts.changes is not None:
        return ()
    mend = f"Add a section `## {facts.version}` to CHANGELOG.md, or fragments to changelog.d/."
    return (Fault("changes-missing", "Nothing says what this version changes", Location(str(wheel)), mend),)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
