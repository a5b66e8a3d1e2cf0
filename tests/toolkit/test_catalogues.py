"""Message catalogues: complete, read from source, and kept up by a command."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from smartcity_share.toolkit.catalogues import gaps_of, main, update
from smartcity_share.toolkit.translations import languages_of, read_catalogue, translations_for


@pytest.mark.parametrize("package", ["toolkit", "console"])
def test_the_indonesian_catalogue_is_complete_and_has_nothing_unused(package: str) -> None:
    folder = Path(str(files(f"smartcity_share.{package}")))
    assert list(gaps_of(folder, "id")) == []


def test_the_languages_of_a_package_are_those_of_its_catalogues() -> None:
    assert languages_of("smartcity_share.toolkit") == ("id",)
    assert languages_of("smartcity_share.regions") == ()


def test_a_regional_language_falls_back_to_its_base_and_an_unknown_one_to_english() -> None:
    assert translations_for("smartcity_share.toolkit", "id-ID").gettext("Sign out") == "Keluar"
    assert translations_for("smartcity_share.toolkit", "en").gettext("Sign out") == "Sign out"
    assert translations_for("smartcity_share.toolkit", "xx").gettext("Sign out") == "Sign out"


def test_what_a_package_does_not_translate_is_looked_up_in_the_toolkit() -> None:
    assert translations_for("smartcity_share.console", "id").gettext("Skip to the content") == "Lewati ke isi"


def test_a_plural_has_the_forms_of_its_language() -> None:
    one, many = "One entry needs your attention", "%(num)d entries need your attention"
    indonesian, english = (translations_for("smartcity_share.toolkit", code) for code in ("id", "en"))
    assert indonesian.ngettext(one, many, 1) == "%(num)d isian perlu diperbaiki"
    assert (english.ngettext(one, many, 1), english.ngettext(one, many, 2)) == (one, many)


def test_a_broken_catalogue_is_an_error_and_not_half_a_catalogue() -> None:
    with pytest.raises(PoFileError):
        read_catalogue(b'msgid "a"\nmsgstr "b\nmsgid "c"\n')


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    (folder / "templates").mkdir(parents=True)
    (folder / "app.py").write_text(
        'TEXT = message("Kept")\ntranslate("At %(place)s")\nngettext("%(n)d day", "%(n)d days", 2)\n'
    )
    (folder / "templates" / "page.html").write_text('{{ _("Shown") }}{% trans %}\n  Two\n  lines\n{% endtrans %}')
    return folder


def _translate(path: Path, pairs: dict[str, str]) -> None:
    text = path.read_text("utf-8")
    for message, translation in pairs.items():
        text = text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
    path.write_text(text, "utf-8")


def test_messages_of_code_and_templates_are_extracted_and_every_gap_is_named(package: Path) -> None:
    path = update(package, "id")
    assert {(gap.message, gap.kind) for gap in gaps_of(package, "id")} == {
        ("Kept", "missing"),
        ("At %(place)s", "missing"),
        ("%(n)d day", "missing"),
        ("Shown", "missing"),
        ("Two lines", "missing"),
    }
    _translate(path, {"Kept": "Disimpan", "At %(place)s": "Di %(tempat)s", "Shown": "Tampil", "Two lines": "Dua baris"})
    path.write_text(path.read_text("utf-8") + '\nmsgid "Gone"\nmsgstr "Hilang"\n', "utf-8")
    assert {(gap.message, gap.kind) for gap in gaps_of(package, "id")} == {
        ("At %(place)s", "placeholders"),
        ("%(n)d day", "missing"),
        ("Gone", "unused"),
    }


def test_updating_keeps_translations_drops_unused_ones_and_changes_nothing_the_second_time(package: Path) -> None:
    path = update(package, "id")
    _translate(path, {"Kept": "Disimpan"})
    path.write_text(path.read_text("utf-8") + '\nmsgid "Gone"\nmsgstr "Hilang"\n', "utf-8")
    update(package, "id")
    once = path.read_bytes()
    update(package, "id")
    assert path.read_bytes() == once
    assert b'msgstr "Disimpan"' in once
    assert b"Gone" not in once


def test_a_new_catalogue_has_the_plural_forms_of_its_language(package: Path) -> None:
    (package / "words.py").write_text('ngettext("one tree", "%d trees", 2)\n', encoding="utf-8")

    assert "nplurals=1; plural=(0);" in update(package, "id").read_text("utf-8")
    assert "msgstr[1]" not in update(package, "jv").read_text("utf-8")
    assert "nplurals=2; plural=(n != 1);" in update(package, "en").read_text("utf-8")


def test_a_fuzzy_translation_is_a_gap(package: Path) -> None:
    path = update(package, "id")
    path.write_text(
        path.read_text("utf-8").replace('msgid "Kept"\nmsgstr ""', '#, fuzzy\nmsgid "Kept"\nmsgstr "Disimpan"'), "utf-8"
    )
    assert ("Kept", "fuzzy") in {(gap.message, gap.kind) for gap in gaps_of(package, "id")}


def test_the_command_updates_names_the_gaps_and_says_how_it_is_used(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(package), "id"]) == 1
    assert "id: missing: Kept" in capsys.readouterr().out
    path = package / "locale" / "id" / "LC_MESSAGES" / "messages.po"
    _translate(path, {"Kept": "A", "At %(place)s": "B %(place)s", "Shown": "C", "Two lines": "D"})
    text = (
        path.read_text("utf-8")
        .replace('msgstr[0] ""', 'msgstr[0] "%(n)d hari"')
        .replace('msgstr[1] ""', 'msgstr[1] "%(n)d hari"')
    )
    path.write_text(text, "utf-8")
    assert main([str(package)]) == 0
