"""A photo is written anew: nothing but the picture stays, and what is no photo is refused with a reason."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

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


# -- what comes with a photo, and is not the photo -----------------------------------------------------------------------

HIDDEN = (b"TANDA-RAHASIA", b"Exif", b"<script", b"PK\x03\x04", b"%PDF", b"ns.adobe.com", b"ICC_PROFILE")


def _clean(upload: bytes) -> Image.Image:
    kept = prepare(upload, 8)
    for content in (kept.content, kept.small):
        assert content.startswith(b"\xff\xd8")
        assert not [word for word in HIDDEN if word in content]
    return _reopened(kept.content)


def _saved(image: Image.Image, format_: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, format_, **options)
    return target.getvalue()


def _with_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "TANDA-RAHASIA"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "S", (6.0, 54.0, 12.5), "E", (107.0, 36.0, 1.25)
    return exif


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_the_place_a_photo_was_taken_is_gone_whatever_its_format(format_: str) -> None:
    upload = _saved(Image.new("RGB", (64, 48), "#3a7"), format_, exif=_with_place())
    assert dict(_reopened(upload).getexif().get_ifd(0x8825))

    assert not dict(_clean(upload).getexif())


def test_comments_profiles_and_descriptions_are_gone() -> None:
    image = Image.new("RGB", (64, 48), "#3a7")
    packet = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>TANDA-RAHASIA<script></x:xmpmeta>"
    jpeg = _saved(image, "JPEG", comment=b"TANDA-RAHASIA", icc_profile=b"TANDA-RAHASIA" * 9)
    with_xmp = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet + jpeg[2:]
    info = PngInfo()
    info.add_text("Comment", "TANDA-RAHASIA")
    info.add_itxt("XML:com.adobe.xmp", "TANDA-RAHASIA", zip=True)
    for upload in (jpeg, with_xmp, _saved(image, "PNG", pnginfo=info)):
        assert b"TANDA" in upload or b"iTXt" in upload
        assert set(_clean(upload).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


@pytest.mark.parametrize("tail", [b"PK\x03\x04 TANDA-RAHASIA", b"%PDF-1.7 TANDA-RAHASIA", b"<html><script>TANDA-RAHASIA"])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_is_a_photo_and_something_else_is_only_a_photo_afterwards(format_: str, tail: bytes) -> None:
    assert _clean(_saved(Image.new("RGB", (64, 48), "#3a7"), format_) + tail).size == (64, 48)


def test_a_photo_that_begins_as_another_file_is_refused() -> None:
    photo = _saved(Image.new("RGB", (64, 48)), "JPEG")
    for head in (b"PK\x03\x04", b"%PDF-1.7\n", b"<html>", b"GIF89a"):
        with pytest.raises(PhotoRefusedError):
            prepare(head + photo, 8)


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_is_kept(format_: str) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("#ff0000", "#00ff00", "#0000ff")]
    upload = _saved(frames[0], format_, save_all=True, append_images=frames[1:], duration=100, lossless=True)

    kept = _clean(upload)

    assert getattr(kept, "n_frames", 1) == 1
    red, green, blue = kept.getpixel((32, 24))  # type: ignore[misc]
    assert (red > 240, green < 16, blue < 16) == (True, True, True)


@pytest.mark.parametrize("format_", ["GIF", "BMP", "TIFF", "PPM", "ICO", "TGA"])
def test_a_picture_of_another_format_is_refused(format_: str) -> None:
    with pytest.raises(PhotoRefusedError, match="no photo that can be read"):
        prepare(_saved(Image.new("RGB", (64, 48)), format_), 8)


def test_print_colours_become_colours_of_the_screen() -> None:
    upload = _saved(Image.new("CMYK", (64, 48), (0, 255, 255, 0)), "JPEG")
    red, green, blue = _clean(upload).getpixel((32, 24))  # type: ignore[misc]

    assert red > 200
    assert green < 60
    assert blue < 60


@pytest.mark.parametrize("size", [(1, 1), (1, 40_000), (40_000, 1), (3, 2)])
def test_a_photo_of_any_shape_keeps_at_least_a_pixel(size: tuple[int, int]) -> None:
    kept = _clean(_saved(Image.new("RGB", size, "#3a7"), "PNG"))

    assert min(kept.size) >= 1
    assert max(kept.size) <= LONGEST_SIDE


def test_fifty_megabytes_are_refused_without_being_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Image, "open", never)
    with pytest.raises(PhotoRefusedError, match="larger than 8 MB"):
        prepare(b"\xff\xd8\xff" + bytes(50_000_000), 8)


@pytest.mark.parametrize("claimed", [(100_000, 100_000), (1, 60_000_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_that_claims_to_be_huge_costs_no_memory(claimed: tuple[int, int]) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *claimed, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9)) + chunk(b"IEND", b"")
    assert len(bomb) < 50_000
    tracemalloc.start()
    with pytest.raises(PhotoRefusedError):
        prepare(bomb, 8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20_000_000


def test_a_comment_that_unpacks_to_gigabytes_is_refused_or_dropped() -> None:
    packed = zlib.compress(bytes(80_000_000), 9)
    whole = _saved(Image.new("RGB", (64, 48)), "PNG")
    body = b"Comment\x00\x00" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    upload = whole[:33] + chunk + whole[33:]

    try:
        kept = prepare(upload, 8)
    except PhotoRefusedError:
        return
    assert len(kept.content) < 10_000
