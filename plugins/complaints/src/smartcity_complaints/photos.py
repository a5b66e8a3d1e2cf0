"""A photo as it is kept: decoded, turned upright, made smaller, and written anew without anything but the picture.

Nothing of the upload itself is stored. What is written anew holds no place, no camera, no hidden second file.
"""

from __future__ import annotations

import hashlib
import io
from typing import Final

import attrs
from PIL import Image, ImageOps, UnidentifiedImageError

from smartcity_complaints.errors import PhotoRefusedError

ACCEPTED: Final = ("JPEG", "PNG", "WEBP")
ACCEPT_ATTRIBUTE: Final = "image/jpeg,image/png,image/webp"
MOST_PIXELS: Final = 50_000_000
"""More than any phone takes, less than what would fill the memory of a small server: 50 million pixels decode to 150 MB."""
LONGEST_SIDE: Final = 1600
SMALL_SIDE: Final = 400
_QUALITY: Final = 82


@attrs.frozen
class Picture:
    """A photo ready to be kept.

    Attributes:
        content: JPEG, its longer side at most 1600 pixels.
        small: JPEG, its longer side at most 400 pixels.
        width: Width of ``content`` in pixels.
        height: Height of ``content`` in pixels.
    """

    content: bytes
    small: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Hash of ``content``, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def prepare(upload: bytes, most_megabytes: int) -> Picture:
    """Return an upload as it is kept.

    Args:
        upload: What was uploaded.
        most_megabytes: The largest size the region accepts, in MB of 1,000,000 bytes.

    Raises:
        PhotoRefusedError: It is empty, too large, no photo, damaged, or would need too much memory.
    """
    if not upload:
        raise PhotoRefusedError("The photo is empty. Choose it again.")
    if len(upload) > most_megabytes * 1_000_000:
        raise PhotoRefusedError("The photo is larger than %(limit)s MB. Choose a smaller one.", limit=most_megabytes)
    try:
        with Image.open(io.BytesIO(upload), formats=ACCEPTED) as found:
            if found.width * found.height > MOST_PIXELS:
                raise PhotoRefusedError("The photo has too many pixels. Choose a smaller one.")
            # A JPEG is decoded at a fraction of its size where that is enough: less memory, less time.
            found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            found.load()
            upright = ImageOps.exif_transpose(found)
            flat = _without_transparency(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PhotoRefusedError("The photo has too many pixels. Choose a smaller one.") from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as fault:
        # Pillow raises each of these for a damaged file, depending on the format and on where the damage is.
        raise PhotoRefusedError("This is no photo that can be read. Choose a JPEG, PNG or WebP.") from fault
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small = flat.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(_jpeg(flat), _jpeg(small), flat.width, flat.height)


def _without_transparency(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        above = image.convert("RGBA")
        flat = Image.new("RGB", above.size, "white")
        flat.paste(above, mask=above.getchannel("A"))
        return flat
    # A new image takes over the pixels and none of the metadata.
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat


def _jpeg(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return target.getvalue()
