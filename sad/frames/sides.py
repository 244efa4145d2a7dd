"""Tells the supplier's columns from the buyer's: by the title over them, their fill, their words.

A fill counts when the supplier's columns share it and those that are certainly the buyer's
(designation, quantity, code…) do not: yellow or any other colour, of the cells or of the titles.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sad.frames.headers import Heading
from sad.frames.vocabulary import (
    BUYER_ROLES,
    CORE_ROLES,
    SUPPLIER_ROLES,
    Role,
    Side,
    plain,
    side_words,
)
from sad.frames.workbook import Sheet

_SHARE = 0.6  # of the lines' cells must have a colour for it to be their column's
_HUES = {
    "jaune": "yellow",
    "orange": "orange",
    "vert": "green",
    "bleu": "blue",
    "gris": "grey",
    "rose": "pink",
    "violet": "pink",
}
FillOf = Callable[[int], str | None]


def sides_of(
    sheet: Sheet,
    headings: Sequence[Heading],
    roles: Mapping[int, Role | None],
    rows: Sequence[int],
) -> dict[int, Side]:
    """The side of each column. `rows` are those of the lines."""
    judged = _Judge(sheet, headings, roles, rows)
    return {heading.column: judged.side(heading) for heading in headings}


class _Judge:
    """Weighs what the titles, colours and words of one grid say."""

    def __init__(
        self,
        sheet: Sheet,
        headings: Sequence[Heading],
        roles: Mapping[int, Role | None],
        rows: Sequence[int],
    ) -> None:
        self._sheet = sheet
        self._roles = roles
        self._rows = rows
        self._headings = headings
        self._general = {  # a title that covers the designation too says nothing of the supplier
            heading.band
            for heading in headings
            if roles[heading.column] is Role.DESIGNATION
            and side_words(heading.band) is Side.SUPPLIER
        }
        self._shares: dict[int, float] = {}
        self._answer_columns = self._coloured()
        strong = [h.column for h in headings if self._by_words(h) is Side.SUPPLIER]
        self._first_answer = min(strong, default=None)

    def side(self, heading: Heading) -> Side:
        """Title over it, then fill, then words, then place: after the first answer and empty."""
        column = heading.column
        band = side_words(heading.band)
        if band and heading.band not in self._general:
            return band
        words = self._by_words(heading)
        if self._is_core(column):
            return Side.BUYER
        if column in self._answer_columns:
            given = words is Side.BUYER and self._filled(column)
            return Side.BUYER if given else Side.SUPPLIER
        if words:
            return words
        if self._answer_columns or self._first_answer is None:
            return Side.BUYER
        return Side.SUPPLIER if self._waits(column, self._first_answer) else Side.BUYER

    def _waits(self, column: int, first_answer: int) -> bool:
        """Whether a column of unsaid side is to be filled: empty, and among the answers, just
        before them, or with a list to choose from.
        """
        if column > first_answer:
            return not self._filled(column)
        if self._share(column) or self._roles.get(column) is Role.PICTURE or not self._rows:
            return False
        between = [h.column for h in self._headings if column < h.column < first_answer]
        return self._has_list(column) or not any(self._share(other) for other in between)

    def _has_list(self, column: int) -> bool:
        return any(
            span.holds(self._rows[0], column)
            for rule in self._sheet.validations
            for span in rule.spans
        )

    def _is_core(self, column: int) -> bool:
        return self._roles.get(column) in CORE_ROLES

    def _by_words(self, heading: Heading) -> Side | None:
        role = self._roles.get(heading.column)
        words = side_words(heading.name)
        if words is Side.BUYER or (role in BUYER_ROLES and self._is_buyers(heading, words)):
            return Side.BUYER
        return Side.SUPPLIER if words or role in SUPPLIER_ROLES else None

    def _is_buyers(self, heading: Heading, words: Side | None) -> bool:
        """A thing buyers write stays theirs, unless its words say the supplier and it is empty."""
        return words is None or self._filled(heading.column)

    def _filled(self, column: int) -> bool:
        """Whether most of its cells hold something already."""
        return self._share(column) >= _SHARE

    def _share(self, column: int) -> float:
        """The share of its cells that hold something."""
        if column not in self._shares:
            written = sum(bool(self._sheet.shown(row, column).text) for row in self._rows)
            self._shares[column] = written / len(self._rows) if self._rows else 0.0
        return self._shares[column]

    def _coloured(self) -> frozenset[int]:
        """The columns that share the colour of answers; the cells' first, else the titles'."""
        return self._sharing(self._body_fill) or self._sharing(self._title_fill)

    def _body_fill(self, column: int) -> str | None:
        if not self._rows:
            return None
        fills = Counter(self._sheet.fill(row, column) for row in self._rows)
        fill, count = fills.most_common(1)[0]
        return fill if count >= _SHARE * len(self._rows) else None

    def _title_fill(self, column: int) -> str | None:
        heading = next(each for each in self._headings if each.column == column)
        return self._sheet.fill(heading.row, column)

    def _sharing(self, fill_of: FillOf) -> frozenset[int]:
        core = {fill_of(h.column) for h in self._headings if self._is_core(h.column)}
        groups: dict[str | None, list[Heading]] = {}
        for heading in self._headings:
            fill = fill_of(heading.column)
            if not self._is_core(heading.column) and fill not in core:
                groups.setdefault(fill, []).append(heading)
        if not groups:
            return frozenset()
        fill = max(groups, key=lambda each: self._weight(each, groups[each]))
        if not self._weight(fill, groups[fill])[1]:
            return frozenset()  # a colour that decorates: nothing says it is for answers
        return frozenset(heading.column for heading in groups[fill])

    def _weight(self, fill: str | None, group: list[Heading]) -> tuple[bool, int, bool, int]:
        """What speaks for a colour: the legend names it, words, yellow, how many columns."""
        named = fill is not None and hue(fill) in self._legend
        answers = sum(self._by_words(heading) is Side.SUPPLIER for heading in group)
        evidence = answers or int(named and not all(self._filled(h.column) for h in group))
        if not evidence and not self._any_words():
            evidence = int(fill is not None and not any(self._filled(h.column) for h in group))
        return named, evidence, fill is not None and hue(fill) == "yellow", len(group)

    def _any_words(self) -> bool:
        return any(self._by_words(heading) is Side.SUPPLIER for heading in self._headings)

    @property
    def _legend(self) -> set[str]:
        """The colours named by the notes above the table: « colonnes jaunes uniquement »."""
        top = min((heading.row for heading in self._headings), default=1)
        words = " ".join(
            plain(cell.text)
            for (row, _), cell in self._sheet.cells.items()
            if row < top and cell.text
        )
        return {english for french, english in _HUES.items() if french in words}


def hue(colour: str) -> str:
    """The name a person gives to `RRGGBB`, among few."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    high, low = max(red, green, blue), min(red, green, blue)
    if high - low < 16:
        return "grey"
    if high == red and low == blue:
        return "yellow" if (green - blue) * 10 >= (red - blue) * 7 else "orange"
    if high == red:
        return "pink"
    if high == green:
        return "yellow" if low == blue and (red - blue) * 10 >= (green - blue) * 9 else "green"
    return "pink" if red > green and (red - green) * 2 >= (blue - green) else "blue"
