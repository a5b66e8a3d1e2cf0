"""Checking a publiccode.yml: the verdict of the reference parser, and every fault in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.source import read_source
from smartcity_share.errors import DocumentError
from smartcity_share.publiccode.across import judge_across
from smartcity_share.publiccode.beside import judge_beside
from smartcity_share.publiccode.fields import PUBLICCODE
from smartcity_share.publiccode.findings import Findings
from smartcity_share.publiccode.judge import judge
from smartcity_share.publiccode.nodes import Mapping
from smartcity_share.publiccode.online import judge_online
from smartcity_share.publiccode.reader import YamlDocument, read_yaml
from smartcity_share.publiccode.result import Result

if TYPE_CHECKING:
    from smartcity_share.publiccode.reach.asking import Online

FILE_NAME = "publiccode.yml"


def check(source: bytes | str, *, label: str = FILE_NAME, folder: Path | None = None, online: Online | None = None) -> Result:
    """Check the text of a publiccode.yml. Nothing is raised for any content.

    Args:
        source: The text, or its bytes in UTF-8.
        label: Its name in messages.
        folder: Where the files it names are looked for; None to leave them unchecked.
        online: Whether, and within which limits, the addresses in it are asked; None to ask nothing of the network.

    Returns:
        Errors, warnings and what was not checked.
    """
    try:
        content = source.encode() if isinstance(source, str) else source
        document = read_yaml(content, label)
    except UnicodeEncodeError:
        findings = Findings(label)
        findings.add("", (1, 1), Sentence("document-not-utf8", "The text has half a character in it", "Correct the encoding."))
        return findings.result()
    except DocumentError as error:
        return Result(errors=error.faults)
    return check_document(document, folder=folder, online=online)


def check_file(path: Path, label: str | None = None, *, online: Online | None = None) -> Result:
    """Check a file, and whether the files it names lie beside it.

    Args:
        path: The file.
        label: Its name in messages; the path as given where None.
        online: Whether, and within which limits, the addresses in it are asked.

    Raises:
        DocumentError: There is no such file, it is a folder, or it cannot be read.
    """
    name = str(path) if label is None else label
    return check(read_source(path, name, DocumentError), label=name, folder=Path(path).parent, online=online)


def check_document(document: YamlDocument, *, folder: Path | None = None, online: Online | None = None) -> Result:
    """Check a document that could be read."""
    findings = Findings(document.label)
    for fault in document.faults:
        place = (fault.where.line or 1, fault.where.column or 1)
        findings.add(fault.where.key or "", place, Sentence(fault.code, fault.message, fault.mend))
    if not isinstance(document.root, Mapping):
        place = (1, 1) if document.root is None else document.root.place
        told = Sentence("value-type", "The document is no mapping", 'Begin with `publiccodeYmlVersion: "0"` and `name:`.')
        findings.add("", place, told)
        return findings.result()
    judge(PUBLICCODE, document.root, findings)
    judge_across(document.root, findings)
    judge_beside(document.root, folder, findings)
    judge_online(document.root, online, findings)
    return findings.result()
