"""The browser tests' own tools: Chromium starts, axe-core is the vendored one and finds faults."""

from hashlib import sha256

from playwright.sync_api import Browser

from tests.support.browser import AXE, PHONE, axe, overflow

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
