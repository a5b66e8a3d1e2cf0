"""The bytes and the text of a document a person wrote, before any notation is looked at."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import Final

from smartcity_share.errors import DocumentError, Fault, Location

MAX_BYTES: Final = 1 << 20
"""Larger documents are refused: nobody writes one by hand."""

BOM: Final = "\ufeff"
"""What an editor may put before the text."""


def read_source(path: Path, label: str, error: type[DocumentError]) -> bytes:
    """Return the bytes of a file, at most one more than a document may have.

    Args:
        path: The file.
        label: Its name in messages.
        error: The class of the error to raise.

    Raises:
        DocumentError: Of the class ``error``: there is no such file, it is a folder or a pipe, or it cannot be read.
    """
    try:
        mode = Path(path).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # reading a pipe would wait for who writes to it
            raise one_fault(error, "file-unreadable", "This is a pipe or a device, not a file", Location(label), "Name a file.")
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise one_fault(error, "file-missing", "There is no such file", Location(label), "Check the path.") from None
    except IsADirectoryError:
        raise one_fault(error, "file-unreadable", "This is a folder, not a file", Location(label), "Name the file.") from None
    except (OSError, ValueError) as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        raise one_fault(
            error, "file-unreadable", f"The file cannot be read: {reason}", Location(label), "Check its rights."
        ) from None


def decode_source(text: bytes, label: str, error: type[DocumentError], most: int = MAX_BYTES) -> str:
    r"""Return the text of a document, with its byte order mark where it has one and ``\n`` at line ends.

    Args:
        text: The bytes.
        label: The name of the document in messages.
        error: The class of the error to raise.
        most: Most bytes it may have.

    Raises:
        DocumentError: Of the class ``error``: too large, or not UTF-8.
    """
    if len(text) > most:
        raise one_fault(
            error,
            "document-too-large",
            f"The document is larger than {most // 1024} KiB",
            Location(label),
            "Keep long texts and data in files of their own.",
        )
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise one_fault(
            error,
            "document-not-utf8",
            "The file is saved as UTF-16",
            Location(label, 1, 1),
            "Save it as UTF-8: most editors ask for the encoding under Save As.",
        )
    try:
        content = text.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise one_fault(
            error,
            "document-not-utf8",
            f"Byte 0x{text[cause.start]:02X} at offset {cause.start} is not UTF-8",
            Location(label, text.count(b"\n", 0, cause.start) + 1),
            "Save the file as UTF-8.",
        ) from None
    return content.replace("\r\n", "\n")


def refusal(error: type[DocumentError], label: str, faults: list[Fault] | tuple[Fault, ...]) -> DocumentError:
    """Return the error for a document with faults; its message counts them."""
    count = len(faults)
    return error(
        f"{count} fault{'' if count == 1 else 's'} in {label}",
        faults=faults,
        hint="Mend each fault as its line says, then try again.",
    )


def one_fault(error: type[DocumentError], code: str, message: str, where: Location, mend: str) -> DocumentError:
    """Return the error for a document with one fault."""
    return refusal(error, where.file, (Fault(code, message, where, mend),))
