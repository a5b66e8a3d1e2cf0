"""No document, however broken or hostile, makes the reader of manifests crash, hang or fill the memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartcity_share.documents.toml import MAX_BYTES, TomlDocument
from smartcity_share.errors import ManifestError
from smartcity_share.manifest.mending.every import mend
from smartcity_share.manifest.read import check
from tests.readers import MOST_BYTES, MOST_SECONDS, Reader, reading

HOSTILE = {
    "10 MB string": 'title = "' + "a" * (10 << 20) + '"\n',
    "1 MB string": 'manifest_version = 1\nhost_api = "' + "a" * (1000 << 10) + '"\n',
    "long string of many lines": 'host_api = """' + "é\n" * 300_000 + '"""\n',
    "10 MB comment": "#" * (10 << 20),
    "1 MB key": "a" * (1000 << 10) + " = 1\n",
    "deep arrays": "a = " + "[" * 100_000,
    "deep arrays that close": "a = " + "[" * 400 + "]" * 400,
    "deep tables": "a = " + "{a=" * 50_000,
    "deep tables that close": "app = " + "{a=" * 300 + "1" + "}" * 300,
    "deep dotted key": ".".join("a" * 100_000) + " = 1",
    "deep headers": "".join(f"[{'.'.join('x' * length)}]\n" for length in range(1, 63)),
    "duplicate keys": "a = 1\n" * 100_000,
    "duplicate tables": "[app]\n" * 100_000,
    "many unknown keys": "".join(f"key_{number} = 1\n" for number in range(30_000)),
    "many unknown keys in a table": "[app]\n" + "".join(f"titel_{number} = 1\n" for number in range(30_000)),
    "many entries": "[[role]]\n" * 60_000,
    "many entries of the same id": '[[role]]\nid = "a"\n' * 30_000,
    "many pages": '[[page]]\npath = "/a"\naccess = "public"\n' * 15_000,
    "many facts": "region_uses = [" + '"office",' * 80_000 + "]\n",
    "many languages": "[app.title]\n"
    + "".join(f"{one}{other} = 'a'\n" for one in "abcdefghijklmnopqrst" for other in "abcdefghij"),
    "huge number": "a = " + "9" * 500_000,
    "huge exponent": "a = 1e" + "9" * 1000,
    "unclosed": 'a = """' + "x\n" * 200_000,
    "schedule": '[[job]]\nid = "a"\nschedule = "' + "*," * 140 + '* * * * *"\n',
    "path": '[[page]]\npath = "' + "/a" * 300_000 + '"\n',
    "e-mail": '[origin]\ncontacts = [{ name = "a", email = "' + "a." * 100_000 + '@" }]\n',
    "range of versions": 'host_api = "' + ">=1," * 150_000 + '"\n',
    "blanks": " " * 900_000 + "a = 1",
    "quotes": "a = '''" + "''" * 200_000,
    "escapes": 'a = "' + "\\u0041" * 100_000 + '"',
}
BROKEN = {
    "broken UTF-8": b'title = "\xff\xfe\xfa"\n' * 20_000,
    "overlong UTF-8": b"a = '\xc0\xaf'\n",
    "half a surrogate": b"a = '\xed\xa0\x80'\n",
    "UTF-16": 'a = "é"\n'.encode("utf-16"),
    "UTF-32": 'a = "é"\n'.encode("utf-32"),
    "null bytes": bytes(1 << 20),
    "a mark twice": b"\xef\xbb\xbf\xef\xbb\xbfa = 1\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4000,
}

READ = """
import json, resource, sys, time
from pathlib import Path
from smartcity_share.errors import SmartCityError
from smartcity_share.manifest.find import from_path
from smartcity_share.manifest.mending.writing import mend_file
results = []
for reader in (from_path, mend_file):
    began = time.process_time()  # not the clock on the wall: other tests run beside this one
    try:
        reader(Path(sys.argv[1]))
        code = "read"
    except SmartCityError as error:
        code = error.code
    results.append([code, time.process_time() - began])
# Not ru_maxrss: a child keeps there what the process that started it took, which is the whole test run.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = [line for line in lines if line.startswith("VmHWM:")]
used = int(peak[0].split()[1]) * 1024 if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"results": results, "bytes": used}))
"""


@pytest.mark.parametrize("name", [*HOSTILE, *BROKEN])
def test_a_hostile_document_is_refused_in_time_and_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "smartcity.toml"
    whole = BROKEN[name] if name in BROKEN else HOSTILE[name].encode()
    path.write_bytes(whole if name.startswith("10 MB") else whole[:MAX_BYTES])  # what is larger is not read at all

    done = subprocess.run([sys.executable, "-c", READ, str(path)], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["results"][0][0] == "manifest-invalid"
    assert [seconds for _, seconds in found["results"] if seconds > MOST_SECONDS] == []
    assert found["bytes"] < MOST_BYTES


READER = """
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import ManifestError
from smartcity_share.manifest.mending.every import mend
from smartcity_share.manifest.read import check
def checking(content):
    try:
        document = TomlDocument.parse(content, "smartcity.toml", error=ManifestError)
    except ManifestError as error:
        return [len(error.faults)]
    return [len(check(document)[1])]
def mending(content):
    try:
        TomlDocument.parse(content, "smartcity.toml", error=ManifestError)
        mend(content.decode().removeprefix(chr(0xFEFF)), "smartcity.toml")
    except ManifestError:
        pass
STEPS = (checking, mending)
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A process that checks and mends a manifest."""
    with reading(READER) as made:
        yield made


UNITS = st.sampled_from(
    [
        *(
            b"[",
            b"]",
            b"{",
            b"}",
            b"[[",
            b"]]",
            b"{a=",
            b"=",
            b".",
            b",",
            b"a.",
            b"a = 1\n",
            b"[a]\n",
            b"[[role]]\n",
            b"[a.b]\n",
        ),
        *(
            b'"',
            b"'",
            b'"""',
            b"'''",
            b'\\"',
            b"\\u0041",
            b"\n",
            b"\r",
            b"\t",
            b" ",
            b"#",
            b"# a\n",
            b"\x00",
            b"\xff",
            b"\xed\xa0\x80",
        ),
        *(
            b"0",
            b"9" * 50,
            b"1e",
            b"-",
            b"_",
            b"0x",
            b"inf",
            b"1979-05-27T",
            b"true,",
            b'"office",',
            b">=1,",
            b"*,",
            b"/a",
            b"/{a}",
        ),
        *(b'{id = "a", en = "a"},', b'[[page]]\npath = "/a"\n', b'[[role]]\nid = "a"\n', b"e\xcc\x81", b"a@", b"MIT OR "),
    ]
)
PLACES = st.sampled_from(
    [
        *(
            b"",
            b"manifest_version = ",
            b'host_api = "',
            b"region_uses = [",
            b"[app]\n",
            b"[app]\nid = '",
            b"[app.title]\n",
            b"x = ",
        ),
        *(b'[[job]]\nid = "a"\nschedule = "', b'[[page]]\npath = "', b"[[data]]\nfields = [", b"[origin]\ncontacts = ["),
        *(b"[terms]\nlicence = '", b"[localisation]\ncomplete = [", b"[[role]]\npermissions = [", b"[x.'", b"[[role]]\n"),
    ]
)
ENDS = st.sampled_from([b"", b"'", b'"', b"]", b"}", b"]}", b"\n", b"\n[app]\n", b"= 1", b'"""'])
SIZES = st.sampled_from([3, 100, 10_000, 1 << 19, (1 << 20) - 200, 10 << 20])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(before=PLACES, unit=st.lists(UNITS, min_size=1, max_size=3).map(b"".join), size=SIZES, after=ENDS)
def test_anything_repeated_anywhere_up_to_ten_megabytes(
    reader: Reader, before: bytes, unit: bytes, size: int, after: bytes
) -> None:
    (faults,) = reader.read(before, unit, max(1, size // len(unit)), after)
    assert faults > 0


def judged(content: bytes) -> None:
    """Read, check and mend a document; anything but a manifest or placed faults is a failure."""
    try:
        document = TomlDocument.parse(content, "smartcity.toml", error=ManifestError)
    except ManifestError as error:
        faults = error.faults
    else:
        _, faults = check(document)
        text = content.decode().removeprefix("\ufeff")
        mended = mend(text, "smartcity.toml")
        assert mend(mended.text, "smartcity.toml").mended == ()
    assert faults
    assert all(fault.message and fault.mend for fault in faults)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    judged(content)


TOKENS = st.sampled_from(
    [
        "app",
        "role",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ".",
        ",",
        '"',
        "'",
        '"""',
        "\n",
        "\r\n",
        " ",
        "1",
        "1.0",
        "true",
        "id",
        "title",
        "host_api",
        "manifest_version",
        "region_uses",
        "#",
        "\\",
        "\t",
        "x",
        "2026-01-31",
        "é",
        "\u202e",
        "-",
        "inf",
        "nan",
    ]
)


@settings(max_examples=500)
@given(st.lists(TOKENS, max_size=40).map("".join))
def test_any_text_of_the_words_of_a_manifest(text: str) -> None:
    judged(text.encode())


@settings(max_examples=60)
@given(st.data())
def test_the_full_manifest_with_characters_changed(examples: tuple[str, str], data: st.DataObject) -> None:
    text = list(examples[1])
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from(list('"[]{}=.,#\n aZ0é')))
    content = "".join(text)
    with suppress(ManifestError):
        before = check(TomlDocument.parse(content.encode(), "m", error=ManifestError))[1]
        after = check(TomlDocument.parse(mend(content, "m").text.encode(), "m"))[1]
        assert len(after) <= max(len(before), 1)
