"""Stored settings taken over by another version: renamed with their provenance, rewritten by the app, or told to go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from smartcity_share.hooks.settings import Settings, setting
from smartcity_share.install.records import SettingValue
from smartcity_share.install.settings_migration import MigratedSettings, migrate_settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TITLE = {"en": "x", "id": "x"}


class New(Settings):
    """The settings of the new version."""

    title: str = setting("", title=TITLE, renamed_from="name")
    minutes: int = setting(0, title=TITLE)
    sender: str = setting("", title=TITLE, scope="region", renamed_from="from_address")
    key: SecretStr | None = setting(None, title=TITLE, renamed_from="token")


def value(key: str, content: Any, *, app: str = "parks", ref: str | None = None) -> SettingValue:
    return SettingValue("71.08", app, key, content, ref, "Petugas", NOW, "SK 1")


def migrated(
    own: list[SettingValue], shared: list[SettingValue] | None = None, rewrite: Mapping[str, Any] | None = None
) -> MigratedSettings:
    return migrate_settings(
        New,
        "parks",
        {one.key: one for one in own},
        {one.key: one for one in shared or []},
        lambda values: values if rewrite is None else rewrite,
    )


def test_a_renamed_value_is_the_same_with_another_key() -> None:
    found = migrated([value("name", "Taman")])
    assert found.carried == (value("title", "Taman"),)
    assert found.dropped == (value("name", "Taman"),)
    assert found.renamed == {"name": "title"}
    assert found.notices == ("settings renamed: name is now title",)


def test_a_value_under_the_new_name_wins_over_one_under_the_old() -> None:
    found = migrated([value("name", "old"), value("title", "new")])
    assert found.stored["title"].value == "new"
    assert (found.carried, [one.key for one in found.dropped]) == ((), ["name"])


def test_a_renamed_secret_moves_with_its_file() -> None:
    found = migrated([value("token", None, ref="secrets/71.08/parks/token")])
    assert found.moved == (("secrets/71.08/parks/token", "secrets/71.08/parks/key"),)
    assert found.carried[0].secret_ref == "secrets/71.08/parks/key"


def test_a_plain_value_is_never_taken_for_a_secret_nor_the_other_way_round() -> None:
    found = migrated([value("token", "plain"), value("name", None, ref="secrets/71.08/parks/name")])
    assert (found.stored, found.carried, found.moved) == ({}, (), ())
    assert [one.key for one in found.dropped] == ["name", "token"]
    assert len(found.notices) == 2


def test_what_the_region_shares_is_copied_to_its_new_name_and_left_for_other_apps() -> None:
    found = migrated([], [value("from_address", "a@b", app="_region")])
    assert found.carried == (value("sender", "a@b", app="_region"),)
    assert found.dropped == ()


def test_what_the_app_rewrites_is_told_from_what_it_leaves() -> None:
    found = migrated([value("hours", 2), value("name", "Taman")], rewrite={"title": "Taman", "minutes": 120})
    assert [(one.key, one.value) for one in found.rewritten] == [("minutes", 120)]
    assert found.carried == (value("title", "Taman"),)
    assert [one.key for one in found.dropped] == ["hours", "name"]
    assert found.faults == ()


def test_a_key_the_app_leaves_out_goes() -> None:
    found = migrated([value("minutes", 5)], rewrite={})
    assert (found.stored, [one.key for one in found.dropped]) == ({}, ["minutes"])


def test_what_is_no_setting_or_a_secret_or_shared_is_refused() -> None:
    found = migrated([value("minutes", 5)], rewrite={"minutes": 5, "minuts": 6, "key": "x", "sender": "y"})
    assert [fault.code for fault in found.faults] == ["settings-migration-invalid"] * 3
    assert "Did you mean `minutes`?" in found.faults[0].mend
