"""The tutorial does what it says: its commands are typed in order, its files written, its pages opened, a report filed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from smartcity_share.cli.journey.visitor import Visitor
from tests.docs.conftest import FENCE, console_commands
from tests.docs.shell import Shell, free_port, missing_lines

PAGE = "docs/tutorial/share-an-app.md"
LEFT_ALONE = {"cd replication": 1}
"""A second terminal begins outside the folder; the one shell here is in it already. Command -> the time it is passed over."""


def steps(page: Path) -> list[tuple[str, str, str]]:
    """Return what a reader does, in order: ``("type", command, output)`` or ``("write", file, content)``."""
    commands = list(console_commands(page))
    done: list[tuple[str, str, str]] = []
    for block in FENCE.finditer(page.read_text("utf-8")):
        if block["info"].strip() == "console":
            count = len(re.findall(r"^\$ ", block["body"], re.MULTILINE))
            done += [("type", command.text, command.output) for command in commands[:count]]
            del commands[:count]
        elif caption := re.match(r":caption: (\S+)\n\n", block["body"]):
            done.append(("write", caption[1], block["body"][caption.end() :]))
    return done


def file_a_report(base: str) -> str:
    """Report something as a citizen does, with the form the page really has; return the number."""
    visitor = Visitor(base)
    form = visitor.get(f"{base}/71.08/complaints/lapor").form("text", "kind", "consent")
    values = {"kind": "road", "text": "Jalan berlubang sejak Senin.", "place": "Depan pasar", "consent": "1"}
    page = visitor.submit(form, values)
    found = re.search(r"\b[A-Z0-9]{2,}(?:-[A-Z0-9]+)+\b", page.words)

    assert page.status in {200, 201}, page.words
    assert found, page.words
    return found[0]


@pytest.mark.timeout(300)
def test_the_tutorial_works_as_it_is_written(root: Path, tmp_path: Path) -> None:
    (tmp_path / "smartcity-share").symlink_to(root)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    passed_over = dict(LEFT_ALONE)
    seen: set[str] = set()
    number = ""
    with Shell(tmp_path, path=str(Path(sys.executable).parent), variables={"NO_COLOR": "1"}) as shell:
        folder = tmp_path / "replication"
        for kind, what, text in steps(root / PAGE):
            if kind == "write":
                (folder / what).write_text(text, "utf-8")
            elif what.startswith("smartcity serve"):
                shell.serve(what.replace("8000", str(port)), f"{base}/healthz")
                for address in re.findall(r"<(http://127\.0\.0\.1:8000/[^>]*)>", (root / PAGE).read_text("utf-8")):
                    page = Visitor(base).get(address.replace(":8000", f":{port}"))

                    assert page.status == 200, address
                    seen.add(address)
                number = file_a_report(base)
            elif what in seen and passed_over.pop(what, 0):
                continue
            else:
                seen.add(what)
                typed = shell.type(what)

                assert missing_lines(text, typed.output) == [], f"$ {what}\n{typed.output}"
                assert typed.code == ("error[" in text), f"$ {what}\n{typed.output}"
    assert len([address for address in seen if address.startswith("http://")]) == 4
    exported = [path for path in (folder / "export").rglob("*") if path.is_file()]
    assert any(number.encode() in path.read_bytes() for path in exported), f"{number} is not in {exported}"
