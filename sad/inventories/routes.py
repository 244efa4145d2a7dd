"""The ways of buying of a file without coloured legend: by words, colours or titles."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from colorsys import rgb_to_hls

from sad.frames.vocabulary import plain, tidy
from sad.frames.workbook import Sheet
from sad.inventories.legend import Legend
from sad.inventories.values import Route

# Told apart by most eyes and light enough for black words; again from the first when they run out.
_PALETTE = ("9DC3E6", "F8B26A", "A9D18E", "F4B6D2", "FFE699", "C5B3E6", "B4DDD4", "D9D9D9")


def by_words(words: Iterable[str]) -> Legend:
    """A column says the route of each line: one route for each of its words, in their order."""
    labels: dict[str, str] = {}
    for each in words:
        if each:
            labels.setdefault(plain(each), each)
    return Legend(
        tuple(
            Route(label, _PALETTE[place % len(_PALETTE)])
            for place, label in enumerate(labels.values())
        )
    )


_SAID = re.compile(
    r"\b(bleu|rose|orange|vert|jaune|gris|rouge|violet|mauve|marron|turquoise)e?s?"
    r"(?: clair| foncé| pâle)?e?s?\s*(?:=|:|→|->)\s*([^/;,|\n]{2,80})",
    re.IGNORECASE,
)
# Degrees of hue; some colours have two names, and what has no hue is grey.
_HUES = (
    ("rouge", 345, 375), ("orange", 14, 50), ("marron", 14, 45), ("jaune", 40, 70),
    ("vert", 70, 170), ("turquoise", 160, 195), ("bleu", 185, 255), ("violet", 250, 300),
    ("mauve", 250, 320), ("rose", 300, 360),
)  # fmt: skip


def named_in_words(sheet: Sheet, used: Iterable[str]) -> Mapping[tuple[int, int], dict[str, str]]:
    """Sentences such as « vert = réemploi / rouge = neuf »: by cell, the label of each colour.

    A word counts when one colour of the lines alone is called so.
    """
    colours = list(used)
    found: dict[tuple[int, int], dict[str, str]] = {}
    for place, cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
        for name, label in _SAID.findall(cell.text):
            called = [colour for colour in colours if name.lower() in _names(colour)]
            if len(called) == 1:
                found.setdefault(place, {}).setdefault(called[0], tidy(label))
    return found


def by_sentence(labels: Mapping[str, str]) -> Legend:
    """The routes of such a sentence: colour → label."""
    return Legend(tuple(Route(label, c) for c, label in labels.items()), _meanings=labels)


def _names(colour: str) -> set[str]:
    """What people may call a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, _, saturation = rgb_to_hls(red, green, blue)
    if saturation < 0.12:
        return {"gris"}
    degrees = hue * 360
    turns = (degrees, degrees + 360)
    return {name for name, low, high in _HUES if any(low <= turn < high for turn in turns)}


def by_colour(used: Counter[str]) -> Legend:
    """Each colour of the lines is a route by itself, the most used first."""
    routes = tuple(Route(f"Couleur {colour}", colour) for colour, _ in used.most_common())
    return Legend(routes, _meanings={route.colour: route.label for route in routes})


def by_titles(titles: Iterable[tuple[str, str]]) -> Legend:
    """Coloured titles over lines without colour: (colour, words), each colour a route."""
    labels: dict[str, str] = {}
    for colour, words in titles:
        labels.setdefault(colour, words)
    routes = tuple(Route(words, colour) for colour, words in labels.items())
    return Legend(routes, _meanings=labels)
