"""Make the addresses of providers of videos anew from a registry package: ``python scripts/publiccode_videos.py``.

``oembed-providers`` (MIT) is fetched by name with ``npm pack``, so whatever registry npm is configured for is used; the digest
of its tarball is checked first. ``--check`` exits 1 when the committed file differs and writes nothing. ``--packages DIR`` uses
a tarball that is already there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent.parent / "src" / "smartcity_share" / "publiccode" / "data" / "videos.toml"
PACKAGE: Final = "oembed-providers"
VERSION: Final = "1.0.20260604"
SHA256: Final = "a5f440dc788d1592397bdd3fce57b973e0e8304524e96f1de986d4c113ab549f"

HEAD: Final = """\
# Addresses that providers of embedded media serve; `*` stands for any text. Taken from {count} providers of https://oembed.com.
# The reference parser takes a video whose address is one of its own copy of this list. Written by scripts/publiccode_videos.py.

[source]
package = "npm {package}"
version = "{version}"
tarball_sha256 = "{sha256}"
licence = "MIT"
notice = "NOTICE.md"

[addresses]
patterns = [
"""


def providers(folder: Path) -> list[dict[str, Any]]:
    """Return the providers of the package, fetched into a folder unless it lies there."""
    tarball = folder / f"{PACKAGE}-{VERSION}.tgz"
    if not tarball.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("npm is not installed; install it, or give the tarball with --packages DIR")
        subprocess.run([npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    if hashlib.sha256(tarball.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{tarball.name} is not the file this was made from")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/providers.json")
        if member is None:
            raise SystemExit(f"{tarball.name} has no providers.json")
        found: list[dict[str, Any]] = json.load(member)
    return found


def written(found: list[dict[str, Any]]) -> str:
    """Return the data file."""
    head = HEAD.format(count=len(found), package=PACKAGE, version=VERSION, sha256=SHA256)
    patterns = {scheme.strip() for entry in found for endpoint in entry["endpoints"] for scheme in endpoint.get("schemes", ())}
    return head + "".join(f"  {json.dumps(pattern, ensure_ascii=False)},\n" for pattern in sorted(patterns)) + "]\n"


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the committed file differs")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="folder with the tarball")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = written(providers(options.packages or Path(folder)))
    if options.check:
        same = made == DATA.read_text("utf-8")
        sys.stdout.write(f"{DATA.name}: {'unchanged' if same else 'differs'}\n")
        return int(not same)
    DATA.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
