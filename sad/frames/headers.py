"""Finds where a grid's headers stand and what each column is called, on one row or two."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from sad.frames.vocabulary import (
    LONGEST_HEADER,
    SUPPLIER_ROLES,
    Role,
    plain,
    role_of,
    side_words,
    tidy,
)
from sad.frames.workbook import Sheet, Span, address
from sad.kernel.errors import Problem

DEEPEST = 40  # the last row a header is looked for
_UNIT = re.compile(
    r"\(.*\)|\[.*\]|cm|mm|m|m²|m2|ml|kg|€|%|u|€ ?(ht|ttc)|ht|ttc|oui ?/ ?non|o ?/ ?n"
    r"|semaines|mois|jours",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"designation|libelle|intitule|denomination|descripti|article|produit|mobilier|objet|nature"
    r"|fourniture|besoin|element|type|piece|prestation|ouvrage|equipement|materiel|meuble|code|ref"
)
_ANSWERED = re.compile(r"quantite|qte|qt|nombre|nb|volume|prix|pu|p u|montant|total|delai")
_NAMES = frozenset({Role.DESIGNATION, Role.DESCRIPTION})


@dataclass(frozen=True)
class Heading:
    """One column's title. `leaf` is its own words; `band` the title over several columns."""

    column: int
    row: int
    name: str
    leaf: str
    band: str = ""

    @property
    def role(self) -> Role | None:
        """What its words mean, its own first."""
        return role_of(self.leaf) or role_of(self.name)


@dataclass(frozen=True)
class Header:
    """The titles of a grid. `row` holds most of them, the lines start after `last_row`."""

    row: int
    last_row: int
    headings: tuple[Heading, ...]
    score: int
    warnings: tuple[Problem, ...] = ()


def find_header(sheet: Sheet) -> Header | None:
    """The header of the sheet's grid: the row, among the first 40, whose words say the most.

    None when no row names both what is asked (a designation) and a quantity or a price.
    """
    scores = {row: score(sheet, row) for row in range(1, min(sheet.last_row, DEEPEST) + 1)}
    if not scores or max(scores.values()) == 0:
        return None
    row = max(scores, key=lambda each: (scores[each], -each))
    below = _second_row(sheet, row)
    headings, warnings = _named(sheet, _headings(sheet, row, below))
    return Header(row, below or row, tuple(headings), scores[row], tuple(warnings))


def score(sheet: Sheet, row: int) -> int:
    """How many different things a row's words name; 0 when it cannot be a header."""
    if row in sheet.hidden_rows:
        return 0
    roles: Counter[Role] = Counter()
    for span, text in _titles(sheet, row):
        role = role_of(text)
        if role and span.right - span.left < sheet.last_column - 1:
            roles[role] += 1
    answered = SUPPLIER_ROLES | {Role.QUANTITY}
    named = _NAMES & roles.keys() or Role.CODE in roles
    return len(roles) + min(len(_titles(sheet, row)), 3) if named and roles.keys() & answered else 0


def _titles(sheet: Sheet, row: int) -> list[tuple[Span, str]]:
    """The texts seen on a row, a merged one once."""
    seen: dict[Span, str] = {}
    for column in range(1, sheet.last_column + 1):
        text = tidy(sheet.shown(row, column).text)
        if text and len(text) <= LONGEST_HEADER:
            seen.setdefault(sheet.span_at(row, column), text)
    return list(seen.items())


def _second_row(sheet: Sheet, row: int) -> int | None:
    """The row under the header when it goes on there: units, or titles under a wider title."""
    below = row + 1
    cells = {
        column: tidy(sheet.cell(below, column).text)
        for column in range(1, sheet.last_column + 1)
        if sheet.cell(below, column).text and below not in sheet.hidden_rows
    }
    if not cells or any(sheet.cell(below, column).number is not None for column in cells):
        return None
    if all(_UNIT.fullmatch(text) for text in cells.values()):
        return below
    titled = [
        text
        for column, text in cells.items()
        if role_of(text)
        or _UNIT.fullmatch(text)
        or role_of(f"{sheet.shown(row, column).text} {text}")  # « Prix » over « unitaire HT »
    ]
    under_name = any(role_of(sheet.shown(row, column).text) in _NAMES for column in cells)
    return below if len(cells) >= 2 and len(titled) == len(cells) and not under_name else None


def _headings(sheet: Sheet, row: int, below: int | None) -> list[Heading]:
    """One heading for each column that has a title; those of hidden columns included."""
    bands = _bands(sheet, row)
    found: list[Heading] = []
    top, top_span = "", Span(0, 0, 0, 0)
    for column in range(1, sheet.last_column + 1):
        span = sheet.span_at(row, column)
        own = tidy(sheet.shown(row, column).text)
        leaf = tidy(sheet.cell(below, column).text) if below else ""
        if own and span.left == column:
            top, top_span = own, span
        elif own and not leaf:
            continue  # covered by a wider title: one column
        band = bands.get(column, "")
        if own and not leaf:
            found.append(Heading(column, span.top, own, own, band))
        elif leaf and below:
            wider = not own or top_span.right > top_span.left or _leads(sheet, row, below, column)
            if wider and not _UNIT.fullmatch(leaf):
                found.append(Heading(column, below, leaf, leaf, top or band))
            else:
                found.append(Heading(column, row, f"{own or top} {leaf}", own or leaf, band))
    return found


def _leads(sheet: Sheet, row: int, below: int, column: int) -> bool:
    """Whether the next column has a title below and none of its own: the title covers both."""
    return bool(sheet.cell(below, column + 1).text) and not sheet.shown(row, column + 1).text


def _bands(sheet: Sheet, row: int) -> dict[int, str]:
    """The title over several columns, for each column: `Besoin`, `Réponse du candidat`…"""
    above = row - 1
    titles = [(span, text) for span, text in _titles(sheet, above) if span.bottom < row]
    whole = sheet.last_column - 1
    titles = [(span, text) for span, text in titles if span.right - span.left < whole]
    merged = [(span, text) for span, text in titles if span.right > span.left]
    bands: dict[int, str] = {}
    first = next(c for c in range(1, sheet.last_column + 1) if sheet.shown(row, c).text)
    if not merged and (len(titles) > 1 or any(span.left > first for span, _ in titles)):
        if not any(side_words(text) for _, text in titles):
            return {}
        starts = [span.left for span, _ in titles] + [sheet.last_column + 1]
        for (span, text), end in zip(titles, starts[1:], strict=True):
            bands.update(dict.fromkeys(range(span.left, end), text))
    for span, text in merged:
        bands.update(dict.fromkeys(range(span.left, span.right + 1), text))
    return bands


def _named(sheet: Sheet, headings: list[Heading]) -> tuple[list[Heading], list[Problem]]:
    """Headings with names all different: by their band, else by a number and a warning."""
    counts = Counter(heading.name for heading in headings)
    full = [
        replace(heading, name=f"{heading.band} – {heading.name}")
        if heading.band and (counts[heading.name] > 1 or len(heading.name) <= 2)
        else heading
        for heading in headings
    ]
    seen: Counter[str] = Counter()
    named, warnings = [], []
    for heading in full:
        seen[heading.name] += 1
        if seen[heading.name] > 1:
            cell = address(heading.row, heading.column)
            other = f"{heading.name} ({seen[heading.name]})"
            facts = {"sheet": sheet.name, "cell": cell, "name": heading.name, "renamed": other}
            warnings.append(Problem("frames.duplicate_header", f"{sheet.name}!{cell}", facts))
            heading = replace(heading, name=other)
        named.append(heading)
    return named, warnings


def may_be_header(sheet: Sheet, row: int) -> bool:
    """Whether a row has the words a header needs: a quick look, before `score` weighs them."""
    texts = (sheet.cell(row, column).text for column in range(1, sheet.last_column + 1))
    words = plain(" ".join(text for text in texts if len(text) <= LONGEST_HEADER))
    return _ASKED.search(words) is not None and _ANSWERED.search(words) is not None


def repeats(sheet: Sheet, row: int, header: Header) -> bool:
    """Whether a row says the titles again, as at the top of each printed page."""
    same = [
        heading
        for heading in header.headings
        if plain(sheet.cell(row, heading.column).text) in {plain(heading.leaf), plain(heading.name)}
    ]
    return len(same) * 2 > len(header.headings)
