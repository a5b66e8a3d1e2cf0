"""No file, however broken or hostile, makes the readers of a wheel crash, hang or fill the memory."""

from __future__ import annotations

import io
import json
import resource
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartcity_share.errors import SmartCityError
from smartcity_share.manifest.find import from_wheel
from smartcity_share.package import normal
from smartcity_share.package.facts import facts_of_wheel
from smartcity_share.package.wheel import Wheel

NAME = "smartcity_test_parks-1.0.0-py3-none-any.whl"
INFO = "smartcity_test_parks-1.0.0.dist-info"
READERS = (Wheel.checked, from_wheel, facts_of_wheel, normal.contents)
MOST_SECONDS = 2
MOST_BYTES = 300 << 20

READ = """
import json, resource, sys, time
from pathlib import Path
from smartcity_share.errors import SmartCityError
from smartcity_share.manifest.find import from_wheel
from smartcity_share.package import normal
from smartcity_share.package.facts import facts_of_wheel
from smartcity_share.package.wheel import Wheel
results = []
for reader in (Wheel.checked, from_wheel, facts_of_wheel, normal.contents):
    began = time.perf_counter()
    try:
        reader(Path(sys.argv[1]))
        code = "read"
    except SmartCityError as error:
        code = error.code
    results.append([code, time.perf_counter() - began])
# Not ru_maxrss: a child keeps there what the process that started it took, which is the whole test run.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = [line for line in lines if line.startswith("VmHWM:")]
used = int(peak[0].split()[1]) * 1024 if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"results": results, "bytes": used}))
"""

parts = st.sampled_from(
    ["..", "", ".", "a", "b.py", "aux", "a\\b", "C:", "\x00", "é", "é", "A", f"{INFO}", "METADATA", "x" * 300]
)
names = st.one_of(
    st.lists(parts, min_size=1, max_size=4).map("/".join),
    st.sampled_from([f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")]),
    st.just("/etc/passwd"),
)
modes = st.sampled_from([0, 0o100644 << 16, 0o120777 << 16, 0o010644 << 16, 0o040755 << 16])
entries = st.lists(st.tuples(names, st.binary(max_size=200), modes, st.sampled_from([0, 8, 12, 14])), max_size=8)
strokes = st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(min_size=1, max_size=4)), max_size=12)


def read_by_all(path: Path) -> None:
    """Read a file by every reader; anything but an error of the tree is a failure."""
    for reader in READERS:
        try:
            reader(path)
        except SmartCityError as error:
            caught = error
        else:
            continue
        assert caught.message
        assert caught.where is not None or getattr(caught, "faults", ())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each example is written anew."""
    return tmp_path_factory.mktemp("any") / NAME


@given(content=st.binary(max_size=2000))
def test_any_bytes(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    read_by_all(place)


@given(entries=entries)
def test_any_directory(place: Path, entries: list[tuple[str, bytes, int, int]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # names given twice are the point
        with zipfile.ZipFile(place, "w") as file:
            for name, content, mode, method in entries:
                entry = zipfile.ZipInfo(name)
                entry.external_attr, entry.compress_type = mode, method
                file.writestr(entry, content)
    read_by_all(place)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strokes=strokes, cut=st.integers(0, 200))
def test_a_good_wheel_with_bytes_changed_and_its_end_cut(
    good_wheel: Path, place: Path, strokes: list[tuple[int, bytes]], cut: int
) -> None:
    content = bytearray(good_wheel.read_bytes())
    for place_of, stroke in strokes:
        at = place_of % len(content)
        content[at : at + len(stroke)] = stroke
    place.write_bytes(content[: len(content) - cut])
    read_by_all(place)


@given(directory=st.binary(min_size=0, max_size=300), count=st.integers(0, 65535), offset=st.integers(0, 2**32 - 1))
def test_a_directory_that_is_none(place: Path, directory: bytes, count: int, offset: int) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)
    place.write_bytes(directory + end)
    read_by_all(place)


@given(text=st.binary(max_size=400), name=st.sampled_from(["METADATA", "WHEEL", "RECORD", "entry_points.txt"]))
def test_any_text_in_the_files_every_wheel_has(place: Path, good_wheel: Path, text: bytes, name: str) -> None:
    with zipfile.ZipFile(good_wheel) as old, zipfile.ZipFile(place, "w") as new:
        for member in old.namelist():
            new.writestr(member, text if member.endswith(f"/{name}") else old.read(member))
    read_by_all(place)


def zeros(size: int) -> bytes:
    """A wheel with one file of zeros, and everything a wheel has."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.4\nName: smartcity-test-parks\nVersion: 1.0.0\n")
        file.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\n")
        file.writestr(f"{INFO}/RECORD", "")
        with file.open("a/smartcity.toml", "w") as member:
            for _ in range(size >> 20):
                member.write(bytes(1 << 20))
    return whole.getvalue()


def lying(size: int, told: int) -> bytes:
    """The same, with a directory that states another size."""
    content = zeros(size)
    return content.replace(struct.pack("<L", size), struct.pack("<L", told))


def many(count: int) -> bytes:
    """A wheel of many empty files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for number in range(count):
            file.writestr(f"a/{number}", b"")
    return whole.getvalue()


def overlapping(count: int) -> bytes:
    """Many entries that share one block of packed zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = bytes(8 << 20)
    packed = packer.compress(raw) + packer.flush()
    check = zlib.crc32(raw)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, check, len(packed), len(raw), 1, 0) + b"a" + packed
    directory = b"".join(
        struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 8, 0, 33, check, len(packed), len(raw), 6, 0, 0, 0, 0, 0, 0)
        + b"%06d" % number
        for number in range(count)
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + end


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zeros(1 << 30), id="one gigabyte of zeros"),
        pytest.param(lying(256 << 20, 1000), id="zeros that state to be small"),
        pytest.param(many(30_000), id="many files"),
        pytest.param(overlapping(2000), id="files that share their bytes"),
        pytest.param(b"PK\5\6" * 1_000_000, id="ends without a directory"),
        pytest.param(bytes(64 << 20), id="no zip at all"),
    ],
)
def test_a_bomb_is_refused_in_time_and_memory(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, preexec_fn=limit)
    told = json.loads(done.stdout)

    codes = [code for code, _ in told["results"]]
    # The reader of facts finds none and reads nothing else.
    assert (codes[0], codes[-1]) == ("package-invalid", "package-invalid")
    assert set(codes) <= {"package-invalid", "manifest-missing", "manifest-invalid", "read"}
    assert max(seconds for _, seconds in told["results"]) < MOST_SECONDS
    assert told["bytes"] < MOST_BYTES
