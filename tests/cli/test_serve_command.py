"""``smartcity serve``: what it says before it serves, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from smartcity_share.cli.main import execute
from smartcity_share.host.port import take_port
from smartcity_share.host.supervisor import Supervisor
from smartcity_share.install.instance import Instance


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance of two regions, one under a host name."""
    Instance.create(tmp_path / "instance", ["71.08", "73.71"]).close()
    config = tmp_path / "instance" / "instance.toml"
    text = config.read_text(encoding="utf-8").replace("[hosts]", '[hosts]\n"layanan.example.go.id" = "71.08"')
    config.write_text(text, encoding="utf-8")
    return tmp_path / "instance"


def test_a_port_in_use_is_said_before_anything_starts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with take_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert execute(["serve", "--instance", str(folder), "--port", str(port)]) == 1
    printed = capsys.readouterr()
    assert (printed.out, "error[port-in-use]" in printed.err, "--port" in printed.err) == ("", True, True)


def test_a_folder_that_is_no_instance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["serve", "--instance", str(tmp_path)]) == 1
    assert "error[instance-invalid]" in capsys.readouterr().err


def test_the_addresses_of_each_region_are_printed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_share.cli.commands.serve import serve

    called: list[object] = []

    def run(self: Supervisor) -> int:
        called.append((self._arguments, self._size))
        assert self._listener is not None
        self._listener.close()
        return 0

    monkeypatch.setattr(Supervisor, "run", run)
    monkeypatch.setenv("SMARTCITY_INSTANCE", str(folder))
    result = CliRunner().invoke(serve, ["--port", "0", "--no-jobs", "--workers", "2"], catch_exceptions=False)
    first, north, city, last = result.output.splitlines()
    base = first.removeprefix("Serving 2 regions of instance at ").rstrip("/")
    assert north == f"  71.08  {base}/71.08/  http://layanan.example.go.id:{base.rsplit(':', 1)[1]}/"
    assert (city, last) == (f"  73.71  {base}/73.71/", "Stop with Ctrl+C.")
    assert called == [((folder, False, False), 2)]
