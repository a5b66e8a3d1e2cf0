"""The apps of this repository are installed, judged healthy and exported on PostgreSQL as they are."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, open_installation, remove_app
from smartcity_share.install.doctor import diagnose

REGION, OTHER = "71.08", "13.10"
ACTOR = Actor(account="system:tests", name="IT officer")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("app", ["complaints"])
def test_an_app_lives_its_life_on_postgresql(tmp_path: Path, postgresql_url: str, app: str) -> None:
    profiles = {REGION: ROOT / "examples" / "regions" / REGION}
    with closing(Instance.create(tmp_path / "i", [REGION], profiles, database=postgresql_url)) as instance:
        install_app(instance, REGION, None, {}, app=app, actor=ACTOR)
        (record,) = instance.ledger.installations()
        assert open_installation(instance, REGION, record.app).version
        assert [found.code for found in diagnose(instance, timeout=30) if found.app == record.app] == []
        data = instance.data(REGION, record.app)
        data.snapshot("op1")
        assert data.snapshot_trouble("op1") is None
        data.restore_snapshot("op1")
        data.drop_snapshot("op1")
        assert open_installation(instance, REGION, record.app).database is data.database
        remove_app(instance, REGION, record.app, export=tmp_path / "out", actor=ACTOR)
    assert (tmp_path / "out" / "tables" / "report.csv").is_file()
