"""The root of the tree of errors, and the places and faults it speaks of."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Location(NamedTuple):
    """A place in a document.

    Attributes:
        file: The path or name the user gave, never an absolute path of the machine unless the user gave one.
        line: 1-based line, or None where the document has no lines (a wheel, a region code on the command line).
        column: 1-based column in characters.
        key: Dotted path of the key, array elements as ``role[2].title``.
    """

    file: str
    line: int | None = None
    column: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return f"{place} [{self.key}]" if self.key else place


class Fault(NamedTuple):
    """One thing that is wrong with a document.

    Attributes:
        code: Stable code in kebab case, documented with the errors.
        message: What was found and what was wanted.
        where: The place.
        mend: What to do about it, with "did you mean" where there is a near match.
        found: What stands there, where the fault is that of one value or key.
        wanted: What may stand there, where that can be said in a few words.
    """

    code: str
    message: str
    where: Location
    mend: str
    found: str | None = None
    wanted: str | None = None


class SmartCityError(Exception):
    """The root of every error this library raises on purpose.

    Args:
        message: What was found, in one sentence, for a reader who did not write the code.
        where: The place it was found, or None where there is none.
        hint: The mend: the next command or the change to make. None must be said.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, where: Location | None = None, hint: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(SmartCityError):
    """The words of a command are wrong in a way only the running command can see."""

    code = "usage"
    exit_code = 2


class SystemRefusedError(SmartCityError):
    """The operating system refused something: rights, a full disk, a missing file."""

    code = "system-refused"


class UnexpectedError(SmartCityError):
    """A fault of this library itself."""

    code = "unexpected"
