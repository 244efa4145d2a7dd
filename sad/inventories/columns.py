"""Which column of an inventory's table says what: words, and the case of `L` and `l`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sad.frames.body import read_quantity
from sad.frames.headers import Header, Heading
from sad.frames.vocabulary import Role, plain
from sad.frames.workbook import Sheet, address
from sad.kernel.errors import Problem

_ROOM = re.compile(
    r"espace|\blocal\b|\blocaux\b|\blieu|salle|\bzones?\b|emplacement|^pieces?$|bureau n"
    r"|^bureaux?$|^classes?$"
)
_LEVEL = re.compile(r"\bniveau|\betage|^niv\b")
_BUILDING = re.compile(r"^bats?\b|batiment")
_SERVICE = re.compile(r"^(services?|directions?|poles?|departements?)$")  # what else groups rooms
_ROUTE = re.compile(r"filiere|mode d (achat|acquisition)|type d achat|circuit d achat|^acquisition")
_TO_BUY = re.compile(r"\ba (acheter|acquerir|commander)\b|\breste a\b")
_WANTED = re.compile(r"^combien|^besoins?$|^souhait|^demand|^necessaires?$|^prevus?$|^a prevoir$")
_HAD = re.compile(r"existant|\ben place\b|\bactuel|conserve|\bdeja\b")
_TOTAL = re.compile(r"\b(total|totaux|montant|budget|global)")
_SUMMED = re.compile(
    r"total|totaux|\bht\b|\bttc\b|\btva\b|montant|somme|report|cumul|budget|enveloppe"
)
_UNIT = re.compile(r"unit|\bpu\b|\bp u\b|\bpiece")
_SAME = (
    Role.UNIT,
    Role.DIMENSIONS,
    Role.WIDTH,
    Role.HEIGHT,
    Role.MATERIALS,
    Role.CATEGORY,
    Role.REQUIREMENTS,
    Role.NOTE,
    Role.DIAMETER,
    Role.QUANTITY,
    Role.CODE,
    Role.NUMBER,
)
_PRICES = {
    Role.ESTIMATE,
    Role.UNIT_PRICE,
    Role.UNIT_PRICE_TTC,
    Role.MAXIMUM_PRICE,
    Role.LINE_TOTAL,
}


@dataclass(frozen=True)
class Columns:
    """Columns by what they hold. `scale`: centimetres in one unit of a column."""

    places: dict[str, int]
    scale: dict[int, Decimal]
    all: tuple[int, ...]
    warnings: tuple[Problem, ...] = ()

    def of(self, name: str) -> int:
        """The column, or 0: a column where nothing ever is."""
        return self.places.get(name, 0)

    def roles(self) -> dict[Role, int]:
        """Those by which a line is told from what surrounds it."""
        wanted = (Role.DESIGNATION, Role.QUANTITY, Role.CODE, Role.NUMBER)
        return {role: self.places[role] for role in wanted if role in self.places}


def columns_of(sheet: Sheet, header: Header) -> Columns:
    """What each visible column is; of two that say the same, the first."""
    shown = [h for h in header.headings if h.column not in sheet.hidden_columns]
    there = [h for h in shown if _HAD.search(plain(h.band))]
    if there and _designation(asked := [h for h in shown if h not in there]):
        shown = asked
    else:
        there = []
    told = [
        _problem("inventories.hidden_column", sheet, h)
        for h in header.headings
        if h.column in sheet.hidden_columns
    ]
    told += [_problem("inventories.existing_columns", sheet, there[0])] if there else []
    places = _named(shown)
    told += _counted(sheet, header, shown, places)
    lengths = [h for h in shown if h.role is Role.LENGTH]
    if lengths:
        places["length"] = lengths[0].column
    if len(lengths) > 1 and "width" not in places:
        places["width"] = lengths[1].column
        told.append(_problem("inventories.two_lengths", sheet, lengths[1]))
    if "width" not in places:  # « L × P × H »
        depth = next((h.column for h in shown if h.role is Role.DEPTH), None)
        places |= {"width": depth} if depth else {}
    return Columns(
        places,
        {h.column: _scale(h) for h in shown},
        tuple(h.column for h in shown),
        (*told, *_prices(sheet, shown, places)),
    )


def _named(shown: list[Heading]) -> dict[str, int]:
    """The columns known by their words alone."""
    places: dict[str, int] = {}
    for heading in shown:
        if heading.role in _SAME:
            places.setdefault(str(heading.role), heading.column)
    designation = _designation(shown)
    if designation:
        places["designation"] = designation
    for heading in shown:
        if heading.column == designation or heading.role in _SAME:
            continue
        words = plain(heading.leaf)
        name = next((name for name, pattern in _GROUPS if pattern.search(words)), None)
        if name is None and heading.role is Role.DESCRIPTION:
            name = "description"
        if name:
            places.setdefault(name, heading.column)
    if "service" in places:
        places.setdefault("level", places["service"])
    return places


_GROUPS = (
    ("route", _ROUTE),
    ("level", _LEVEL),
    ("building", _BUILDING),
    ("service", _SERVICE),
    ("room", _ROOM),
)


def _counted(
    sheet: Sheet, header: Header, shown: list[Heading], places: dict[str, int]
) -> list[Problem]:
    """Puts in `places` the column that says how many to buy: not what is there already.

    Of « besoin, existant, à acheter » the last one; told when several count, and when none does.
    """
    free = [h for h in shown if h.column not in places.values() or h.role is Role.QUANTITY]
    named = [h for h in free if h.role is Role.QUANTITY]
    needed = [h for h in named if not _HAD.search(plain(h.leaf))] or named
    others = [h for h in free if h not in named and _holds_numbers(sheet, header, h.column)]
    found = next(
        (
            h
            for group, pattern in ((named, _TO_BUY), (others, _TO_BUY), (needed, None),
                                   (others, _WANTED))
            for h in group
            if pattern is None or pattern.search(plain(h.leaf))
        ),
        None,
    )  # fmt: skip
    if found is None:
        return [_problem("inventories.no_quantities", sheet, shown[0])] if shown else []
    places["quantity"] = found.column
    several = len(named) > 1 or (named and found not in named)
    return [_problem("inventories.several_quantities", sheet, found)] if several else []


def _holds_numbers(sheet: Sheet, header: Header, column: int) -> bool:
    """Whether more than half of what is written under a title counts something."""
    rows = range(header.last_row + 1, sheet.last_row + 1)
    filled = [cell for row in rows if (cell := sheet.cell(row, column)).text]
    return sum(read_quantity(cell)[0] is not None for cell in filled) * 2 > len(filled)


def left_out(sheet: Sheet, columns: Columns, after: int) -> Iterator[Problem]:
    """Rows under the last line that name and price something, though they count nothing of it.

    They are no lines: a note, a provision, a forgotten piece. Sums and taxes are not told.
    """
    place = columns.of("designation")
    for row in range(after + 1, sheet.last_row + 1):
        name = sheet.cell(row, place).text
        amounts = (sheet.cell(row, columns.of(each)).text for each in ("unit_price", "total"))
        priced = any(re.search(r"\d", text) for text in amounts)
        if priced and name and row not in sheet.hidden_rows and not _SUMMED.search(plain(name)):
            cell = address(row, place)
            facts = {"sheet": sheet.name, "cell": cell, "name": name[:80]}
            yield Problem("inventories.row_left_out", f"{sheet.name}!{cell}", facts)


def _designation(shown: list[Heading]) -> int | None:
    """The column called so; else what is called by the things themselves, else a description."""
    named = [h for h in shown if plain(h.leaf).startswith(("designation", "libelle"))]
    things = [h for h in shown if h.role is Role.DESIGNATION and plain(h.leaf) not in _ROOMS]
    rooms = [h for h in shown if h.role is Role.DESIGNATION]
    described = [h for h in shown if h.role is Role.DESCRIPTION]
    found = next(iter((*named, *things, *described, *rooms)), None)
    return None if found is None else found.column


_ROOMS = {"piece", "pieces"}


def _prices(sheet: Sheet, shown: list[Heading], places: dict[str, int]) -> list[Problem]:
    """Puts the unit price and the line's total in `places`, those without tax first."""
    priced = [h for h in shown if h.role in _PRICES]
    totals = [h for h in priced if _TOTAL.search(plain(h.leaf)) and not _UNIT.search(plain(h.leaf))]
    told = []
    for name, found in (("unit_price", [h for h in priced if h not in totals]), ("total", totals)):
        best = min(found, key=_with_tax, default=None)
        if best is not None:
            places[name] = best.column
            if _with_tax(best):
                told.append(_problem("inventories.amounts_with_tax", sheet, best))
    return told


def _with_tax(heading: Heading) -> bool:
    return "ttc" in plain(heading.name).split()


def _scale(heading: Heading) -> Decimal:
    """What one unit of the column is in centimetres."""
    words = plain(heading.name).split()
    return Decimal("0.1") if "mm" in words else Decimal(100) if "m" in words else Decimal(1)


def _problem(code: str, sheet: Sheet, heading: Heading) -> Problem:
    cell = address(heading.row, heading.column)
    facts = {"sheet": sheet.name, "cell": cell, "name": heading.name, "band": heading.band}
    return Problem(code, f"{sheet.name}!{cell}", facts)
