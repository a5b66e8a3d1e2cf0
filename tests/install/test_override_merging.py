"""What a region changed is carried over to a new version; what both changed is a conflict, named by its key."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.install.overrides.item import Item, ItemKind
from smartcity_share.install.overrides.lines import chunks
from smartcity_share.install.overrides.merging import Choice, Merged, conflict_faults, merge_item
from smartcity_share.install.overrides.messages import read_messages, write_messages

TEMPLATE = Item(ItemKind.TEMPLATE, "front.html")
TEXT = Item(ItemKind.TEXT, "id")
RULES = Item(ItemKind.FILE, "rules.toml")
PLAIN = Item(ItemKind.FILE, "notice.txt")
PICTURE = Item(ItemKind.FILE, "stamp.png")

BASE = b"<h1>Welcome</h1>\n<p>Write to us.</p>\n<p>Thank you.</p>\n"


def merge(item: Item, base: bytes | None, theirs: bytes | None, ours: bytes, **choices: Choice) -> Merged:
    return merge_item(item, base, theirs, ours, choices)


def test_a_part_only_the_region_changed_stays_as_the_region_has_it() -> None:
    ours = BASE.replace(b"Welcome", b"Selamat datang")
    assert merge(TEMPLATE, BASE, BASE, ours) == Merged(ours)


def test_changes_in_different_places_are_both_kept() -> None:
    ours = BASE.replace(b"Welcome", b"Selamat datang")
    theirs = BASE.replace(b"Thank you.", b"Thank you very much.")
    merged = merge(TEMPLATE, BASE, theirs, ours)
    assert merged.conflicts == ()
    assert merged.content == b"<h1>Selamat datang</h1>\n<p>Write to us.</p>\n<p>Thank you very much.</p>\n"


def test_the_same_change_on_both_sides_makes_the_part_the_apps_own_again() -> None:
    both = BASE.replace(b"Welcome", b"Selamat datang")
    merged = merge(TEMPLATE, BASE, both, both)
    assert merged.content is None
    assert "no longer needed" in merged.notice


def test_different_changes_in_one_place_are_a_conflict_named_by_its_lines() -> None:
    ours, theirs = BASE.replace(b"Welcome", b"Selamat datang"), BASE.replace(b"Welcome", b"Hello")
    (conflict,) = merge(TEMPLATE, BASE, theirs, ours).conflicts
    assert conflict.key == "templates/front.html:1"
    assert (conflict.base, conflict.theirs, conflict.ours) == (
        "<h1>Welcome</h1>",
        "<h1>Hello</h1>",
        "<h1>Selamat datang</h1>",
    )


@pytest.mark.parametrize("key", ["templates/front.html:1", "templates/front.html", "all"])
def test_a_conflict_is_decided_by_its_key_its_part_or_all_at_once(key: str) -> None:
    ours, theirs = BASE.replace(b"Welcome", b"Selamat datang"), BASE.replace(b"Welcome", b"Hello")
    taken = merge_item(TEMPLATE, BASE, theirs, ours, {key: Choice.THEIRS})
    kept = merge_item(TEMPLATE, BASE, theirs, ours, {key: Choice.OURS})
    assert (taken, kept) == (Merged(None), Merged(ours))


def test_a_part_that_is_gone_from_the_new_version_is_decided_on_and_never_lost_silently() -> None:
    ours = BASE.replace(b"Welcome", b"Selamat datang")
    assert [conflict.key for conflict in merge(TEMPLATE, BASE, None, ours).conflicts] == ["templates/front.html"]
    assert merge_item(TEMPLATE, BASE, None, ours, {"all": Choice.THEIRS}).content is None
    assert merge_item(TEMPLATE, BASE, None, ours, {"all": Choice.OURS}).content == ours


def test_without_a_known_base_any_difference_is_a_conflict() -> None:
    assert len(merge(PLAIN, None, b"new\n", b"own\n").conflicts) == 1


def test_what_is_no_text_is_one_conflict_as_a_whole() -> None:
    (conflict,) = merge(PICTURE, b"\x89a", b"\x89b", b"\x89c").conflicts
    assert conflict.key == "files/stamp.png"


# -- texts ---------------------------------------------------------------------------------------------------------------------


def po(**messages: str) -> bytes:
    return write_messages(messages, "id")


def test_texts_are_merged_message_by_message() -> None:
    base = po(Send="Kirim", Close="Tutup")
    theirs = po(Send="Kirim", Close="Selesai", New="Baru")
    merged = merge(TEXT, po(Send="Kirim"), theirs, po(Send="Kirim laporan"))
    assert merged.content is not None
    assert read_messages(merged.content) == {"Send": "Kirim laporan"}
    (conflict,) = merge(TEXT, base, theirs, po(Close="Akhiri")).conflicts
    assert (conflict.key, conflict.base, conflict.theirs, conflict.ours) == ("texts/id:Close", "Tutup", "Selesai", "Akhiri")


def test_a_text_the_new_version_says_too_is_the_apps_own_again() -> None:
    assert merge(TEXT, po(Send="Kirim"), po(Send="Kirimkan"), po(Send="Kirimkan")).content is None


def test_a_message_that_is_gone_is_told() -> None:
    merged = merge(TEXT, po(Send="Kirim"), po(Other="Lain"), po(Send="Kirim laporan"))
    assert merged.content is None
    assert "no longer says Send" in merged.notice


# -- keyed files ---------------------------------------------------------------------------------------------------------------

RULES_BASE = b"""\
# days until an answer
[days]
road = 5
water = 3

[[step]]
id = "check"
title = "Check"

[[step]]
id = "answer"
title = "Answer"
"""


def test_keyed_files_are_merged_by_key_and_keep_the_comments_of_the_new_version() -> None:
    ours = RULES_BASE.replace(b"road = 5", b"road = 4").replace(b'title = "Answer"', b'title = "Jawab"')
    theirs = RULES_BASE.replace(b"water = 3", b"water = 2").replace(b"# days", b"# working days").replace(b'"Check"', b'"See"')
    merged = merge(RULES, RULES_BASE, theirs, ours)
    assert merged.conflicts == ()
    assert merged.content is not None
    assert merged.content.startswith(b"# working days")
    assert tomllib.loads(merged.content.decode()) == {
        "days": {"road": 4, "water": 2},
        "step": [{"id": "check", "title": "See"}, {"id": "answer", "title": "Jawab"}],
    }


def test_one_value_changed_on_both_sides_is_a_conflict_named_by_its_path() -> None:
    ours, theirs = RULES_BASE.replace(b'"Answer"', b'"Jawab"'), RULES_BASE.replace(b'"Answer"', b'"Reply"')
    (conflict,) = merge(RULES, RULES_BASE, theirs, ours).conflicts
    assert conflict.key == "files/rules.toml:step.[answer].title"
    taken = merge_item(RULES, RULES_BASE, theirs, ours, {conflict.key: Choice.THEIRS})
    assert taken == Merged(None)


def test_true_is_not_one_and_an_added_key_is_kept() -> None:
    item = Item(ItemKind.FILE, "a.json")
    merged = merge(item, b'{"a": 1}', b'{"a": 1, "b": 2}', b'{"a": true, "c": 3}')
    assert merged.conflicts == ()
    assert json.loads(merged.content or b"") == {"a": True, "c": 3, "b": 2}


def test_conflicts_become_refusals_that_name_both_ways_out() -> None:
    ours, theirs = BASE.replace(b"Welcome", b"Selamat datang"), BASE.replace(b"Welcome", b"Hello")
    (fault,) = conflict_faults(merge(TEMPLATE, BASE, theirs, ours).conflicts, "71.08/signs")
    assert (fault.code, fault.where.key) == ("override-conflict", "templates/front.html:1")
    assert '--ours "templates/front.html:1"' in fault.mend
    assert '--theirs "templates/front.html:1"' in fault.mend


# -- for any text --------------------------------------------------------------------------------------------------------------

texts = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@given(texts, texts, texts)
def test_the_stretches_together_are_each_version_whole(base: str, theirs: str, ours: str) -> None:
    found = list(chunks(*(text.splitlines(keepends=True) for text in (base, theirs, ours))))
    assert "".join(line for chunk in found for line in chunk.base) == base
    assert "".join(line for chunk in found for line in chunk.theirs) == theirs
    assert "".join(line for chunk in found for line in chunk.ours) == ours


@given(texts, texts)
def test_a_change_of_one_side_alone_is_never_a_conflict(base: str, changed: str) -> None:
    for theirs, ours in ((changed, base), (base, changed), (changed, changed)):
        found = list(chunks(*(text.splitlines(keepends=True) for text in (base, theirs, ours))))
        assert not any(chunk.conflict for chunk in found)
        assert "".join(line for chunk in found for line in chunk.merged) == changed


@given(texts, texts, texts)
def test_merging_is_fair_to_both_sides(base: str, theirs: str, ours: str) -> None:
    """Which of the two is called ours changes neither whether there is a conflict nor what comes out without one."""
    one = merge(PLAIN, base.encode(), theirs.encode(), ours.encode())
    other = merge(PLAIN, base.encode(), ours.encode(), theirs.encode())
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        result = theirs.encode() if one.content is None else one.content
        assert result == (ours.encode() if other.content is None else other.content)


values = st.recursive(
    st.integers(0, 3) | st.sampled_from(["x", "y"]) | st.booleans(),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
tables = st.dictionaries(st.sampled_from("abc"), values, max_size=3)


@given(tables, tables)
def test_a_table_only_one_side_changed_comes_out_as_that_side_has_it(
    base: dict[str, object], changed: dict[str, object]
) -> None:
    item = Item(ItemKind.FILE, "a.json")
    before, after = json.dumps(base).encode(), json.dumps(changed).encode()
    mine = merge(item, before, before, after)
    new = merge(item, before, after, before)
    assert mine.conflicts == new.conflicts == ()
    assert json.loads(before if mine.content is None else mine.content) == changed
    assert json.loads(after if new.content is None else new.content) == changed
