"""An update brings in what the template learnt, and loses nothing the author wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.errors import ScaffoldError
from smartcity_share.scaffold import project as projects
from smartcity_share.scaffold.answers import checked_answers
from smartcity_share.scaffold.project import begin, update
from smartcity_share.scaffold.record import FILE, Record, as_text, read_record
from smartcity_share.scaffold.render import render, templates
from smartcity_share.scaffold.updating import Fate, changes

BASE = "one\ntwo\nthree\nfour\nfive\n"


def one(base: str | None, made: str | None, present: str | None) -> dict[str, object]:
    """Update a project of one file and return what becomes of it."""
    given = [{} if text is None else {"a": text} for text in (base, made, present)]
    return {change.fate: change.content for change in changes(*given)}


@pytest.mark.parametrize(
    ("base", "made", "present", "wanted"),
    [
        (BASE, BASE, BASE, {}),
        (BASE, BASE, "mine", {}),
        (BASE, "new", "new", {}),
        (BASE, "new", BASE, {Fate.UPDATED: "new"}),
        (None, "new", None, {Fate.ADDED: "new"}),
        (BASE, "new", None, {Fate.LEFT_OUT: None}),
        (BASE, BASE, None, {}),
        (BASE, None, "mine", {Fate.NO_LONGER: None}),
        (BASE, None, None, {}),
    ],
    ids=[
        "nothing",
        "mine alone",
        "both the same",
        "template alone",
        "new file",
        "I deleted it",
        "deleted, unchanged",
        "gone",
        "both gone",
    ],
)
def test_a_file_that_one_side_changed(base: str, made: str, present: str, wanted: dict[str, object]) -> None:
    assert one(base, made, present) == wanted


def test_changes_in_different_places_are_merged() -> None:
    assert one(BASE, BASE.replace("one", "ONE"), BASE.replace("five", "5")) == {Fate.MERGED: "ONE\ntwo\nthree\nfour\n5\n"}


def test_changes_in_one_place_are_both_kept_between_marks() -> None:
    (change,) = changes({"a": BASE}, {"a": BASE.replace("two", "zwei")}, {"a": BASE.replace("two", "dua")})

    assert (change.fate, change.conflicts) == (Fate.CONFLICT, 1)
    assert change.content == "one\n<<<<<<< yours\ndua\n=======\nzwei\n>>>>>>> template\nthree\nfour\nfive\n"


def test_a_file_the_author_had_before_the_template_did_is_kept_whole() -> None:
    (change,) = changes({}, {"a": "theirs\n"}, {"a": "mine"})

    assert change.fate is Fate.CONFLICT
    assert change.content == "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> template\n"


lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@given(lines, lines, lines)
def test_no_line_of_the_author_is_lost(base: str, made: str, present: str) -> None:
    written = set(present.splitlines()) - set(base.splitlines())
    for change in changes({"a": base}, {"a": made}, {"a": present}):
        assert change.content is not None
        assert written <= set(change.content.splitlines())


# On the disk --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project made by an older template, which checked less, allowed shorter questions and made one file more."""
    old = dict(templates())
    old["ci.sh"] = old["ci.sh"].replace("smartcity build . -o dist --replace\n", "")
    old["src/PACKAGE/settings.py"] = old["src/PACKAGE/settings.py"].replace("max_length=120", "max_length=100")
    old["setup.cfg"] = "[metadata]\n"
    del old["CHANGELOG.md"]
    made_by_old = render

    def render_old(answers: object, sources: Mapping[str, str] | None = None) -> dict[str, str]:
        return made_by_old(answers, old if sources is None else sources)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(projects, "render", render_old)
        return begin(checked_answers({"name": "taman", "agency": "Dinas Lama"}), tmp_path)


def test_an_update_keeps_what_the_author_wrote(older: Path) -> None:
    page = older / "src" / "taman" / "templates" / "front.html"
    page.write_text(page.read_text("utf-8").replace("{% endblock %}\n", "{% endblock %}\n{# mine #}\n", 1), "utf-8")
    settings = older / "src" / "taman" / "settings.py"
    settings.write_text(settings.read_text("utf-8") + "\n\nMINE = True\n", "utf-8")
    (older / "src" / "taman" / "own.py").write_text("OWN = 1\n", "utf-8")

    found = {change.path: change.fate for change in update(older)}

    assert found == {
        "ci.sh": Fate.UPDATED,
        "CHANGELOG.md": Fate.ADDED,
        "src/taman/settings.py": Fate.MERGED,
        "setup.cfg": Fate.NO_LONGER,
    }
    assert "smartcity build" in (older / "ci.sh").read_text("utf-8")
    assert (older / "ci.sh").stat().st_mode & 0o111
    assert "max_length=120" in settings.read_text("utf-8")
    assert settings.read_text("utf-8").endswith("MINE = True\n")
    assert "{# mine #}" in page.read_text("utf-8")
    assert (older / "src" / "taman" / "own.py").read_text("utf-8") == "OWN = 1\n"
    assert (older / "setup.cfg").exists()
    assert update(older) == ()


def test_a_conflict_is_written_between_marks_and_the_next_update_lets_it_be(older: Path) -> None:
    settings = older / "src" / "taman" / "settings.py"
    settings.write_text(settings.read_text("utf-8").replace("max_length=100", "max_length=80"), "utf-8")

    fates = {change.path: change.fate for change in update(older)}
    text = settings.read_text("utf-8")

    assert fates["src/taman/settings.py"] is Fate.CONFLICT
    assert "max_length=80" in text
    assert "max_length=120" in text
    assert update(older) == ()


def test_other_answers_are_carried_through_the_project(older: Path) -> None:
    manifest = older / "src" / "taman" / "smartcity.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('status = "development"', 'status = "beta"'), "utf-8")
    update(older, {"agency": "Dinas Baru"})

    assert 'agency = "Dinas Baru"' in manifest.read_text("utf-8")
    assert 'status = "beta"' in manifest.read_text("utf-8")
    assert read_record(older).answers.agency == "Dinas Baru"


def test_what_was_deleted_stays_deleted(older: Path) -> None:
    (older / "ci.sh").unlink()
    found = {change.path: change.fate for change in update(older)}

    assert found["ci.sh"] is Fate.LEFT_OUT
    assert not (older / "ci.sh").exists()


def test_a_folder_that_was_not_begun_here_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match=r"was not made by `smartcity new`"):
        update(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"made_by": 1}', "\udcff", "x" * 3_000_000])
def test_a_record_that_cannot_be_read_is_told(older: Path, content: str) -> None:
    (older / FILE).write_bytes(content.encode("utf-8", "surrogateescape"))
    before = sorted(older.rglob("*"))
    with pytest.raises(ScaffoldError, match="cannot be read"):
        update(older)
    assert sorted(older.rglob("*")) == before


def test_a_record_of_a_newer_version_is_told(older: Path) -> None:
    newer = read_record(older).model_copy(update={"format": 2, "made_by": "9.9"})
    (older / FILE).write_text(as_text(newer), "utf-8")
    with pytest.raises(ScaffoldError, match=r"smartcity-share 9\.9, which is newer"):
        update(older)


def test_a_link_that_leads_out_is_not_followed(older: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.sh"
    outside.write_text("mine\n", "utf-8")
    (older / "ci.sh").unlink()
    (older / "ci.sh").symlink_to(outside)
    with pytest.raises(ScaffoldError, match="leads out of the project"):
        update(older)
    assert outside.read_text("utf-8") == "mine\n"
    assert not (older / "CHANGELOG.md").exists(), "nothing was written"


def test_a_record_that_names_files_elsewhere_reads_and_writes_none_there(older: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n", "utf-8")
    record = read_record(older)
    evil = Record(made_by=record.made_by, answers=record.answers, files={**record.files, "../secret": "x"})
    (older / FILE).write_text(as_text(evil), "utf-8")
    with pytest.raises(ScaffoldError, match="leads out of the project"):
        update(older)
    assert secret.read_text("utf-8") == "secret\n"


def test_a_file_that_is_no_text_is_told(older: Path) -> None:
    (older / "ci.sh").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScaffoldError, match="no text in UTF-8"):
        update(older)
