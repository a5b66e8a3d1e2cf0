"""An environment as a new user has it: the library, what it declares to need to make apps, and nothing else."""

from __future__ import annotations

import venv
from pathlib import Path

import pytest

from smartcity_share.package.probe import _closure, _link

# As installers write it: worker processes import it again.
SCRIPT = """\
#!{python}
import sys
from smartcity_share.cli.main import run
if __name__ == "__main__":
    sys.exit(run())
"""


@pytest.fixture(scope="session")
def clean_bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a clean environment with ``smartcity-share[author]``.

    Its packages are links to those of the running environment, so that no index is needed; what is not declared is not there.
    """
    home = tmp_path_factory.mktemp("clean") / "env"
    venv.create(home, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    for needed in _closure(["smartcity-share[author]"]):
        _link(needed, site)
    script = home / "bin" / "smartcity"
    script.write_text(SCRIPT.format(python=home / "bin" / "python"), "utf-8")
    script.chmod(0o755)
    return home / "bin"
