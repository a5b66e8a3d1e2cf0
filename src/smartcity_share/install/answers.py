"""Answers: the values a person gives for the settings of an app, each with the place it was given at.

They come from an answers file, from ``--set``, from the environment (secrets), from the wizard or from a form. A value given as
text on the command line gets the type of its setting; lists and tables are written as TOML values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from smartcity_share.documents.toml import Key, TomlDocument, dotted, refusal
from smartcity_share.errors import Fault, Location, SettingsError

SECRET_VARIABLE: Final = "SMARTCITY_SECRET_"  # noqa: S105 - the name, not a secret
"""What the name of an environment variable begins with that holds a secret; the key follows in capitals."""

_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")


@attrs.frozen
class Answer:
    """One value.

    Attributes:
        key: The setting, or the path of a value inside it.
        value: The value; hidden in representations, it may be a secret.
        place: Where it was given.
        is_text: Whether it is a text whose type the setting decides.
    """

    key: tuple[str, ...]
    value: Any = attrs.field(repr=False)
    place: Location
    is_text: bool = False


@attrs.frozen
class Answers:
    """Values from one or several sources; a later one goes before an earlier one of the same key.

    Attributes:
        entries: The values in the order they were given.
        documents: The answers files among the sources, for the places of values inside values.
    """

    entries: tuple[Answer, ...] = ()
    documents: tuple[TomlDocument, ...] = ()

    def __add__(self, other: Answers) -> Answers:
        return Answers((*self.entries, *other.entries), (*self.documents, *other.documents))

    @property
    def keys(self) -> frozenset[str]:
        """The settings that are given a value, or a part of one."""
        return frozenset(entry.key[0] for entry in self.entries)

    def place_of(self, key: Key) -> Location | None:
        """Return where the value at a key was given, None where it was not."""
        for entry in reversed(self.entries):
            path = entry.key[: len(key)]
            if key[: len(path)] == path:
                document = next((one for one in self.documents if one.label == entry.place.file), None)
                return entry.place._replace(key=dotted(key)) if document is None else document.locate(key)
        return None


NO_ANSWERS: Final = Answers()
"""Nothing answered."""


def answers_from_mapping(values: Mapping[str, Any], label: str = "answers") -> Answers:
    """Return typed values, as a form or a program gives them.

    Args:
        values: The values by key.
        label: What the source is called in messages.
    """
    return Answers(tuple(Answer((key,), value, Location(label, key=key)) for key, value in values.items()))


def answers_from_file(path: Path) -> Answers:
    """Read an answers file: TOML with one key per setting.

    Raises:
        SettingsError: There is no such file, or it is no TOML.
    """
    document = TomlDocument.read(path, error=SettingsError)
    entries = tuple(Answer((key,), value, Location(document.label)) for key, value in document.data.items())
    return Answers(entries, (document,))


def answers_from_options(options: Iterable[str]) -> Answers:
    """Read ``KEY=VALUE`` options; a key with dots names a value inside a setting.

    Raises:
        SettingsError: An option is not of this form; all such options are in ``faults``.
    """
    entries, faults = [], []
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or _KEY.fullmatch(key.strip()) is None:
            faults.append(_not_an_option(option, equals))
            continue
        path = tuple(key.strip().split("."))
        entries.append(Answer(path, value, Location("--set", key=key.strip()), is_text=True))
    if faults:
        raise refusal(SettingsError, "--set", faults)
    return Answers(tuple(entries))


def answers_from_environment(environment: Mapping[str, str], secret_keys: Iterable[str]) -> Answers:
    """Return the secrets that environment variables hold.

    Args:
        environment: The variables.
        secret_keys: Keys of the settings that are secrets.
    """
    names = {key: SECRET_VARIABLE + key.upper() for key in secret_keys}
    return Answers(
        tuple(
            Answer((key,), environment[name], Location(name), is_text=True)
            for key, name in names.items()
            if name in environment
        )
    )


def toml_value(text: str) -> tuple[bool, Any]:
    """Return whether a text is one TOML value, and the value."""
    if "\n" in text:
        return False, None
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return False, None
    return list(found) == ["value"], found.get("value")


def _not_an_option(option: str, equals: str) -> Fault:
    # What stands behind the sign may be a secret and is never repeated.
    shown = option.partition("=")[0][:60]
    what = f"`{shown}` is not the name of a setting" if equals else "there is no `=` in it"
    return Fault("answer-malformed", f"This is not KEY=VALUE: {what}", Location("--set"), "Write `--set KEY=VALUE`.")
