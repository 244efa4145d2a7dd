"""The ways of buying of a file that has no legend: by its words, its colours or its titles."""

from collections import Counter
from collections.abc import Iterable

from sad.frames.vocabulary import plain
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
