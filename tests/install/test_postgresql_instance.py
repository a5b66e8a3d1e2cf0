"""An instance on PostgreSQL keeps its URL secret, shares its database with no other, and works behind PgBouncer."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event, text

from smartcity_share.errors import InstanceConfigError, InstanceError, LedgerError, UsageError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    backup_installation,
    configure_app,
    erase_app,
    install_app,
    open_installation,
    remove_app,
    restore_backup,
)
from smartcity_share.install.storage.postgres import run
from tests.install.conftest import OTHER, REGION, tree
from tests.postgresql import PASSWORD, Server, other_user


@pytest.fixture
def bouncer(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a PgBouncer that hands out one of two connections per transaction."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("no PgBouncer here (apt-get install pgbouncer)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = postgresql.folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n* = host=127.0.0.1 port={postgresql.port} user=smartcity password={PASSWORD}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n"
        "unix_socket_dir =\n"
    )
    process = subprocess.Popen([program, "-q", config], cwd="/", stderr=subprocess.DEVNULL, **other_user())
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "PgBouncer did not start"
            time.sleep(0.05)
        else:
            return


def test_the_url_lies_in_one_closed_file_and_is_shown_nowhere(tmp_path: Path, postgresql_url: str) -> None:
    with closing(Instance.create(tmp_path / "i", [REGION], database=postgresql_url)) as made:
        holding = [name for name, content in tree(made.folder, without=()).items() if PASSWORD.encode() in content]
        assert holding == ["secrets/_instance/database/url"]
        assert (made.folder / holding[0]).stat().st_mode & 0o777 == 0o600
        assert PASSWORD not in repr(made.storage) + repr(made.accounts_database) + repr(made.data(REGION, "x"))
        assert not (made.folder / "ledger.sqlite").exists()


def test_a_url_with_a_password_in_the_open_is_refused(tmp_path: Path, postgresql_url: str) -> None:
    with closing(Instance.create(tmp_path / "i", [REGION], database=postgresql_url)) as made:
        config = made.layout.config
    config.write_text(config.read_text().replace('url = "secret"', f'url = "{postgresql_url}"'))
    with pytest.raises(InstanceConfigError) as caught:
        Instance.open(tmp_path / "i")
    assert PASSWORD not in str(caught.value)
    assert [fault.code for fault in caught.value.faults] == ["database-password-shown"]


def test_a_second_instance_in_the_same_database_is_refused_and_leaves_no_folder(tmp_path: Path, postgresql_url: str) -> None:
    Instance.create(tmp_path / "one", [REGION], database=postgresql_url).close()
    with pytest.raises(InstanceError, match="Another instance"):
        Instance.create(tmp_path / "two", [REGION], database=postgresql_url)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize(
    "url", [f"mysql://u:{PASSWORD}@h/d", f"postgresql://u:{PASSWORD}@h", f"postgresql://u:{PASSWORD}@h:x/d"]
)
def test_what_is_no_database_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Instance.create(tmp_path / "i", [REGION], database=url)
    assert PASSWORD not in str(caught.value) + str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_away_is_told_with_the_mend(tmp_path: Path, postgresql_url: str) -> None:
    Instance.create(tmp_path / "i", [REGION], database=postgresql_url).close()
    secret = tmp_path / "i" / "secrets" / "_instance" / "database" / "url"
    secret.write_text(postgresql_url.replace(PASSWORD, "wrong-one"))
    with closing(Instance.open(tmp_path / "i")) as opened, pytest.raises(LedgerError, match="cannot be read") as caught:
        opened.ledger.installations()
    assert "wrong-one" not in str(caught.value)


def test_a_whole_life_behind_a_pool_that_changes_the_connection_with_every_transaction(
    tmp_path: Path, bouncer: int, postgresql: Server, parks_wheel: Path, actor: Actor
) -> None:
    with postgresql.database() as direct:
        through = direct.replace(f":{postgresql.port}/", f":{bouncer}/")
        with closing(Instance.create(tmp_path / "i", [REGION, OTHER], database=through)) as instance:
            for region in (REGION, OTHER):
                install_app(instance, region, parks_wheel, {"public_name": f"Taman {region}"}, actor=actor)

            def write(number: int) -> None:
                region = (REGION, OTHER)[number % 2]
                with open_installation(instance, region, "parks").database.begin() as connection:
                    connection.execute(text("INSERT INTO park (name) VALUES (:name)"), {"name": region})

            with ThreadPoolExecutor(8) as pool:
                list(pool.map(write, range(60)))
            for region in (REGION, OTHER):
                with open_installation(instance, region, "parks").database.engine.connect() as connection:
                    names = connection.exec_driver_sql("SELECT name FROM park WHERE name <> 'first'").scalars().all()
                assert names == [region] * 30
            remove_app(instance, REGION, "parks", export=tmp_path / "out", actor=actor)
            erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
            assert [record.region for record in instance.ledger.installations()] == [OTHER]
        with psycopg.connect(direct) as connection:
            schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'r%' ORDER BY 1").fetchall()
        assert schemas == [("r13_10_parks",)]


def test_nothing_a_connection_was_set_to_outlives_its_transaction(
    tmp_path: Path, postgresql_url: str, parks_wheel: Path, actor: Actor
) -> None:
    """As behind a pool per transaction: each one begins on a connection that looks nowhere and remembers nothing."""
    begun = []

    def forget(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        if connection.dialect.name == "postgresql" and raw.info.transaction_status == TransactionStatus.IDLE:
            begun.append(1)
            run(connection, "SET search_path TO nowhere; DEALLOCATE ALL; DISCARD TEMP; SELECT pg_advisory_unlock_all()")

    event.listen(Engine, "begin", forget, insert=True)
    try:
        with closing(Instance.create(tmp_path / "i", [REGION, OTHER], database=postgresql_url)) as instance:
            for region in (REGION, OTHER):
                install_app(instance, region, parks_wheel, {"public_name": f"Taman {region}"}, actor=actor)
            configure_app(instance, REGION, "parks", {"opening_hour": 9}, actor=actor)
            made = open_installation(instance, REGION, "parks").database
            with made.engine.connect() as connection:
                for name in ("one", "two"):  # two transactions of one connection
                    with connection.begin():
                        connection.execute(text("INSERT INTO park (name) VALUES (:name)"), {"name": name})
            backup_installation(instance, REGION, "parks", tmp_path / "b", actor=actor)
            restore_backup(instance, tmp_path / "b", actor=actor)
            with made.engine.connect() as connection:
                names = connection.exec_driver_sql("SELECT name FROM park ORDER BY id").scalars().all()
            assert names == ["first", "one", "two"]
            remove_app(instance, REGION, "parks", export=tmp_path / "out", actor=actor)
            erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
            assert open_installation(instance, OTHER, "parks").settings.public_name == f"Taman {OTHER}"
    finally:
        event.remove(Engine, "begin", forget)
    assert len(begun) > 50
