"""Smaller copies of a photograph: decoded, turned upright, encoded again; no metadata survives.

Where it was taken, when, with what and by whom stay in the original alone, which nobody is shown
without asking for it. Runs in the child only: decoders of images are attacked (trust 7).
"""

import base64
import io
import struct
import zlib
from typing import TypedDict

from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from app.guard.faults import Fault

FORMATS = [plugin.format for plugin in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile,
                                        WebPImagePlugin.WebPImageFile)]  # fmt: skip
SIDES = (1280, 320)
"""Longest sides of the copies, in pixels; a smaller image is never enlarged."""
MOST_PIXELS = 50_000_000
QUALITY = 82
ORIENTATION = 0x0112  # EXIF
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises on a damaged file.
_DAMAGED = (OSError, SyntaxError, TypeError, ValueError, EOFError, struct.error, zlib.error)


class Copy(TypedDict):
    """One copy, a JPEG in base64."""

    side: int
    width: int
    height: int
    data: str


def smaller_copies(data: bytes) -> list[Copy]:
    """The copies of a JPEG, PNG or WebP, the largest first. Raises Fault."""
    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, before any pixel is decoded
    try:
        return _copies(data)
    except _DAMAGED as error:
        raise Fault("not_an_image") from error


def _copies(data: bytes) -> list[Copy]:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Fault("too_many_pixels", most=MOST_PIXELS // 1_000_000)
        turn = _UPRIGHT.get(opened.getexif().get(ORIENTATION, 1))
        profile = opened.info.get("icc_profile")
        opened.draft("RGB", (SIDES[0], SIDES[0]))  # a JPEG is decoded smaller at once
        image = _on_white(opened)
    image.thumbnail((SIDES[0], SIDES[0]), Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = _usual_colours(image, profile)
    if turn is not None:
        image = image.transpose(turn)
    found = []
    for side in SIDES:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        found.append(_encoded(image, side))
    return found


def _on_white(image: Image.Image) -> Image.Image:
    """Red, green, blue; what is transparent becomes white, as on a page."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGB", layered.size, "white")
    white.paste(layered, mask=layered.getchannel("A"))
    return white


def _usual_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Telephones write wider colours than screens suppose without their profile: converted."""
    if not profile:
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        usual = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, given, usual, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # an unreadable profile, or one of another kind of colours
    return image if converted is None else converted


def _encoded(image: Image.Image, side: int) -> Copy:
    """On a fresh image: Pillow hands comments down from one to the next."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    data = base64.b64encode(out.getvalue()).decode()
    return Copy(side=side, width=bare.width, height=bare.height, data=data)
