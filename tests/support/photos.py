"""A telephone's photograph: held upright, and saying where it was taken."""

import io

from PIL import Image

WHERE = "48.5147 N 2.7603 W, atelier de Kerichen"


def photograph(width: int = 1600, height: int = 1200, colour: str = "teal") -> bytes:
    """A JPEG on its side, with its place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = WHERE
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()
