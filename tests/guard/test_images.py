"""Smaller copies of photographs: upright, without metadata, of what can be decoded and no more."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from app.guard.client import SmallCopy, smaller_copies
from app.guard.refusals import FileTooLarge, NotAnImage

WHERE = b"48.5147 N 2.7603 W, atelier de Kerichen"


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(copy: SmallCopy) -> Image.Image:
    return Image.open(io.BytesIO(copy.content))


def photograph() -> Image.Image:
    """Landscape, red on its left and blue on its right."""
    image = Image.new("RGB", (1600, 1200), "red")
    image.paste("blue", (800, 0, 1600, 1200))
    return image


def test_a_photograph_with_everything_in_it_comes_out_bare_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: the sensor's left is the top
    exif[0x010E] = WHERE.decode()  # description
    exif[0x8825] = {1: "N", 2: (48.0, 30.0, 53.0)}  # GPS
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(
        photograph(), "JPEG", exif=exif, comment=WHERE, icc_profile=profile, xmp=b"<x>" + WHERE
    )
    assert WHERE in data
    copies = smaller_copies(data)
    assert [(c.side, c.width, c.height) for c in copies] == [(1280, 960, 1280), (320, 240, 320)]
    for copy in copies:
        image = opened(copy)
        assert image.format == "JPEG"
        assert WHERE not in copy.content
        assert b"Exif" not in copy.content
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                   "progressive", "progression"}  # fmt: skip
        assert not image.getexif()
        red, _, blue = image.convert("RGB").getpixel((image.width // 2, 10))  # type: ignore[misc]  # three channels
        assert red > 200 and blue < 60  # the red half is now on top


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_small_image_is_never_enlarged(kind: str) -> None:
    copies = smaller_copies(saved(Image.new("RGB", (500, 20), "green"), kind))
    assert [(c.width, c.height) for c in copies] == [(500, 20), (320, 13)]


def test_transparency_becomes_white_and_rare_modes_are_read() -> None:
    for image in (
        Image.new("RGBA", (30, 30), (0, 0, 0, 0)),
        Image.new("LA", (30, 30), (0, 0)),
        Image.new("I;16", (30, 30), 65_535),
        Image.new("1", (30, 30), 1),
        Image.new("P", (30, 30), 0).convert("RGBA").convert("P"),
    ):
        copy = smaller_copies(saved(image, "PNG"))[1]
        assert opened(copy).mode == "RGB"
    clear = smaller_copies(saved(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "PNG"))[0]
    assert opened(clear).getpixel((5, 5)) == (255, 255, 255)
    cmyk = smaller_copies(saved(Image.new("CMYK", (30, 30), (0, 255, 255, 0)), "JPEG"))[0]
    assert opened(cmyk).mode == "RGB"


def test_a_text_that_lies_about_its_profile_changes_nothing() -> None:
    data = saved(Image.new("RGB", (30, 30), "green"), "JPEG", icc_profile=b"not a profile" * 20)
    assert len(smaller_copies(data)) == 2


def png_of(width: int, height: int, lines: bytes) -> bytes:
    """A PNG that says its size, with the pixels given."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


def texts(count: int) -> PngImagePlugin.PngInfo:
    """Many megabytes once inflated."""
    info = PngImagePlugin.PngInfo()
    for number in range(count):
        info.add_text(f"k{number}", "x" * 900_000, zip=True)
    return info


def test_what_cannot_be_decoded_is_refused_and_costs_the_child_alone() -> None:
    whole = saved(photograph(), "JPEG")
    for data in (
        b"",
        b"GIF89a" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        whole[:2000],
        png_of(7_100, 7_100, zlib.compress(b"")),  # over fifty million pixels, never decoded
        png_of(60_000, 60_000, zlib.compress(bytes(1000))),
        saved(Image.new("RGB", (9, 9)), "PNG", pnginfo=texts(90)),
        saved(Image.new("RGB", (9, 9)), "TIFF"),
    ):
        with pytest.raises(NotAnImage):
            smaller_copies(data)
    with pytest.raises(FileTooLarge):
        smaller_copies(bytes(20 * 1024 * 1024 + 1))
