"""Colours that meet on a page pass WCAG AA: light, dark, and under each accent."""

import re

import pytest

from tests.static.conftest import STATIC

TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
STATES = ("accent", "danger", "success", "warning", "info")
Palette = dict[str, str]


def _colours(block: str) -> Palette:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))


def palettes() -> dict[str, Palette]:
    """Name → colours, as the cascade resolves them: light or dark root, then the accent's class."""
    css = (STATIC / "css" / "tokens.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    found: dict[str, Palette] = {}
    roots: Palette = {}
    accents: set[str] = set()
    for scheme, part in (("light", light), ("dark", dark)):
        root = re.search(r":root \{(.*?)\}", part, re.DOTALL)
        assert root
        roots = {**roots, **_colours(root.group(1))}
        found[f"{scheme} sapin"] = roots
        for name, body in re.findall(r"\.accent-(\w+) \{(.*?)\}", part):
            accents.add(name)
            found[f"{scheme} {name}"] = {**roots, **_colours(body)}
    assert len(found) == 2 * (1 + len(accents))
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs() -> list[tuple[str, str, float]]:
    """(foreground, ground, least ratio): texts on grounds, states on tints, borders and focus."""
    texts = [(ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in GROUNDS]
    texts += [(state, ground, TEXT) for state in STATES for ground in GROUNDS]
    texts += [(state, f"{state}-tint", TEXT) for state in STATES]
    texts += [(ink, f"{s}-tint", TEXT) for s in STATES for ink in ("ink", "ink-soft")]
    texts += [("accent-strong", g, TEXT) for g in (*GROUNDS, "accent-tint")]
    texts += [("on-accent", g, TEXT) for g in ("accent", "accent-strong")]
    texts += [("on-danger", g, TEXT) for g in ("danger", "danger-strong")]
    texts += [("surface", "success", TEXT), ("paper", "ink", TEXT)]
    shapes = [(s, g, SHAPE) for s in ("line-strong", "focus") for g in GROUNDS]
    shapes += [("focus", f"{s}-tint", SHAPE) for s in STATES]
    return texts + shapes


@pytest.mark.parametrize("name", sorted(palettes()))
def test_contrast(name: str) -> None:
    palette = palettes()[name]
    weak = [
        f"{front} on {ground}: {ratio(palette[front], palette[ground]):.2f} < {least}"
        for front, ground, least in pairs()
        if ratio(palette[front], palette[ground]) < least
    ]
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_parts_of_an_envelope_are_told_apart_by_light(scheme: str) -> None:
    palette = palettes()[f"{scheme} sapin"]
    for one, other in (("paid", "engaged"), ("engaged", "reserved"), ("paid", "surface")):
        assert ratio(palette[one], palette[other]) >= 1.5, (one, other)


def test_colours_live_in_the_tokens_only() -> None:
    for path in (STATIC / "css").glob("*.css"):
        if path.name != "tokens.css":
            screen = path.read_text().split("@layer print {")[0]
            assert not re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", screen), path.name


def test_ratio_is_the_known_one() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
