"""A photo is written anew: nothing but the picture stays, and what is no photo is refused with a reason."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from smartcity_complaints.errors import PhotoRefusedError
from smartcity_complaints.photos import LONGEST_SIDE, SMALL_SIDE, prepare


def _reopened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_metadata_is_gone(jpeg: Callable[..., bytes]) -> None:
    upload = jpeg()
    assert b"KAMERA-RAHASIA" in upload

    kept = prepare(upload, 8)

    for content in (kept.content, kept.small):
        assert b"KAMERA" not in content
        assert b"Exif" not in content
        assert dict(_reopened(content).getexif()) == {}


def test_a_turned_photo_is_stored_upright(jpeg: Callable[..., bytes]) -> None:
    kept = prepare(jpeg(640, 480, rotated=True), 8)

    assert (kept.width, kept.height) == (480, 640)


def test_a_large_photo_is_made_smaller_and_keeps_its_shape(jpeg: Callable[..., bytes]) -> None:
    kept = prepare(jpeg(4000, 3000), 8)

    assert (kept.width, kept.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)
    assert _reopened(kept.content).size == (kept.width, kept.height)
    assert max(_reopened(kept.small).size) == SMALL_SIDE


@pytest.mark.parametrize(("mode", "format_"), [("RGBA", "PNG"), ("P", "PNG"), ("L", "PNG"), ("CMYK", "JPEG"), ("RGB", "WEBP")])
def test_every_common_kind_becomes_a_plain_jpeg(mode: str, format_: str) -> None:
    source = io.BytesIO()
    Image.new(mode, (30, 20)).save(source, format_)

    kept = _reopened(prepare(source.getvalue(), 8).content)

    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (30, 20))


def test_a_second_file_hidden_behind_the_photo_is_gone(jpeg: Callable[..., bytes]) -> None:
    polyglot = jpeg() + b"PK\x03\x04<script>alert(1)</script>"

    kept = prepare(polyglot, 8)

    assert b"<script>" not in kept.content + kept.small
    assert b"PK\x03\x04" not in kept.content + kept.small


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"not a photo",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(20),
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_photo_is_refused(upload: bytes) -> None:
    with pytest.raises(PhotoRefusedError):
        prepare(upload, 8)


def test_half_a_photo_is_refused(jpeg: Callable[..., bytes]) -> None:
    whole = jpeg(2000, 1500)

    with pytest.raises(PhotoRefusedError, match="no photo that can be read"):
        prepare(whole[: len(whole) // 2], 8)


def test_a_photo_over_the_limit_is_refused_with_the_limit(jpeg: Callable[..., bytes]) -> None:
    with pytest.raises(PhotoRefusedError, match="larger than 1 MB"):
        prepare(jpeg() + bytes(1_000_000), 1)


@pytest.mark.parametrize(("width", "height"), [(10_000, 10_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")

    with pytest.raises(PhotoRefusedError, match="too many pixels"):
        prepare(bomb, 8)
