"""Titles between the lines of a table: rooms, levels, or ways of buying when they are coloured."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sad.frames.vocabulary import plain, tidy
from sad.frames.workbook import Sheet

_LEVEL = re.compile(
    r"niv(eau)?\b|etages?\b|\d+ ?(er|e|eme|nd)? etage|rdc\b|rez\b|r ?[+-]? ?\d\b|sous sol|mezzanine"
    r"|combles?\b|bat(iment)?s?\b"
)
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True)
class Title:
    """A row of one text alone, and the colour it is written on."""

    words: str = ""
    colour: str | None = None

    @property
    def names_level(self) -> bool:
        """« Niveau 2 », « R+1 », « Rez-de-chaussée »."""
        return _LEVEL.match(plain(self.words)) is not None


NONE = Title()


@dataclass(frozen=True)
class Titles:
    """Titles by their rows, in order."""

    by_row: Mapping[int, Title] = field(default_factory=dict)

    def above(self, row: int) -> Title:
        """The title a row stands under; one without words when there is none."""
        place = bisect_left(self._rows, row)
        return self.by_row[self._rows[place - 1]] if place else NONE

    @cached_property
    def levels(self) -> "Titles":
        """Those that name a level."""
        return Titles({row: one for row, one in self.by_row.items() if one.names_level})

    @cached_property
    def rooms(self) -> "Titles":
        """The others; a level starts without room."""
        return Titles({row: NONE if one.names_level else one for row, one in self.by_row.items()})

    @cached_property
    def _rows(self) -> list[int]:
        return list(self.by_row)


def titles_of(sheet: Sheet, columns: Iterable[int], rows: Iterable[int]) -> Titles:
    """The titles among these rows, which are no lines."""
    columns = list(columns)
    found: dict[int, Title] = {}
    for row in rows:
        places = [column for column in columns if sheet.cell(row, column).text]
        if len(places) != 1 or row in sheet.hidden_rows:
            continue
        title = Title(tidy(sheet.cell(row, places[0]).text), sheet.fill(row, places[0]))
        if _LETTERS.search(title.words) or title.names_level:
            found[row] = title
    return Titles(found)
