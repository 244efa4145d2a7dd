"""What the pages load: small, ours, complete, and allowed by a policy of `default-src 'self'`."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.static.conftest import STATIC, TEMPLATES

PAGES = sorted(TEMPLATES.rglob("*.html"))
WEB_PAGES = [page for page in PAGES if "mails" not in page.parts]


def _without_comments(page: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)


def test_style_sheets_weigh_less_than_40_kb() -> None:
    assert sum(path.stat().st_size for path in (STATIC / "css").glob("*.css")) < 40_000


def test_every_style_sheet_belongs_to_a_layer_and_closes_its_braces() -> None:
    for path in (STATIC / "css").glob("*.css"):
        css = path.read_text()
        assert css.count("{") == css.count("}"), path.name
        assert "@layer" in css and "!important" not in css.split("@layer print {")[0].replace(
            "[hidden] { display: none !important; }", ""
        )


def test_every_variable_used_is_defined() -> None:
    css = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    used = set(re.findall(r"var\(--([a-z0-9-]+)", css))
    assert used <= set(re.findall(r"--([a-z0-9-]+):", css))


def test_vendored_files_are_the_published_ones() -> None:
    table = (STATIC / "vendor" / "README.md").read_text()
    rows = re.findall(r"\| `([^`]+)` \|.*`([0-9a-f]{64})` \|", table)
    scripts = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert {name for name, _ in rows} == scripts
    for name, digest in rows:
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


def test_each_vendored_thing_keeps_its_licence() -> None:
    for licence in ("vendor/htmx-LICENSE", "fonts/LICENSE", "icons-LICENSE"):
        assert (STATIC / licence).stat().st_size > 200


def test_fonts_named_by_the_tokens_exist() -> None:
    for name in re.findall(r"url\(\"\.\./([^\"]+)\"\)", (STATIC / "css/tokens.css").read_text()):
        assert (STATIC / name).read_bytes()[:4] == b"wOF2"


@pytest.mark.parametrize("page", WEB_PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_nothing_inline(page: Path) -> None:
    text = _without_comments(page)
    assert not re.search(r"<style|\sstyle\s*=", text), "style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "script"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "event attribute"
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text), "foreign address"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_icons_used_are_in_the_sprite(page: Path) -> None:
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))
    named = re.findall(r"icon(?:_name)?(?:\(|=)\s*\"([a-z0-9-]+)\"", page.read_text())
    assert set(named) <= sprite
