"""The browser tests' own tools: Chromium starts, axe-core is the vendored one and finds faults."""

from base64 import b64encode
from hashlib import sha256

from playwright.sync_api import Browser

from tests.support.browser import AXE, PHONE, axe, overflow
from tests.support.pictures import lightened

README = AXE.with_name("README.md")


def test_axe_is_the_file_its_readme_names() -> None:
    assert sha256(AXE.read_bytes()).hexdigest() in README.read_text(encoding="utf-8")


def test_axe_finds_an_image_without_words(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang=fr><title>t</title><main><h1>t</h1><img src='data:,'></main>")
    (fault,) = axe(page)
    assert "image-alt" in fault
    page.close()


def test_a_page_too_wide_is_seen(browser: Browser) -> None:
    page = browser.new_page(viewport=PHONE)
    page.set_content("<div style='width: 500px'>large</div>")
    assert overflow(page) > 0
    page.close()


def test_a_picture_made_light_keeps_its_size_and_its_colours(browser: Browser) -> None:
    page = browser.new_page(viewport=PHONE)
    page.set_content("<body style='background: #14595b'><h1 style='color: #faf7f1'>Marché</h1>")
    drawn = page.screenshot()
    light = lightened(drawn)
    assert len(light) < len(drawn)
    page.set_content(f"<img src='data:image/png;base64,{b64encode(light).decode()}'>")
    drawn_again = (
        "() => { const image = document.images[0], canvas = new OffscreenCanvas(390, 844),"
        " pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);"
        " return [image.naturalWidth, image.naturalHeight,"
        " ...pen.getImageData(200, 800, 1, 1).data]; }"
    )
    assert page.evaluate(drawn_again) == [390, 844, 0x14, 0x59, 0x5B, 255]
    page.close()
