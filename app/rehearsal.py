"""The rehearsal of a deposit (ELEC-07): a fixed grid to complete, and a specimen of its receipt.

Nothing is kept by the server: what was typed travels in the form from one page to the next.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from app.rendering.validation import Unreadable
from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import Invalid, Problem
from sad.kernel.french import parse_money, parse_quantity
from sad.kernel.money import Money, line_ht

T = TypeVar("T")

NUMBER = "ESSAI-0000-0000"
MOST_NOTE = 300
PHOTO = re.compile(r"([^|\x00-\x1f]{1,120})\|(\d{1,9})\|([0-9a-f]{64})")


@dataclass(frozen=True)
class Line:
    """A line of the rehearsal's grid, and an example of it completed, deliverable in `days`."""

    position: int
    code: str
    designation: str
    quantity: int
    wanted: str
    example: Mapping[str, str]


CONDITIONS = (
    ("A", "Très bon état", "Comme neuf, ou entièrement remis à neuf."),
    ("B", "Bon état", "Solide ; petites traces d’usage."),
    ("C", "État d’usage", "Solide ; traces nettes de la première vie."),
)
LINES = (
    Line(
        1,
        "T-01",
        "Table de réunion pour huit personnes",
        4,
        "Environ 200 × 90 cm",
        {
            "quantity": "3",
            "condition": "A",
            "price": "180,00",
            "days": "30",
            "note": "Plateaux reponcés et vernis, piétements d’origine.",
        },
    ),
    Line(
        2,
        "C-01",
        "Chaise empilable",
        20,
        "Toutes matières, par lots de 5 semblables",
        {
            "quantity": "15",
            "condition": "B",
            "price": "22,50",
            "days": "30",
            "note": "Trois lots de 5, coques bleues.",
        },
    ),
    Line(
        3,
        "A-01",
        "Armoire basse à portes",
        3,
        "Fermant à clé",
        {"quantity": "0", "condition": "", "price": "", "days": "", "note": ""},
    ),
)
LABELS = {
    "quantity": "J’en ai combien",
    "condition": "État",
    "price": "Prix à l’unité, livré et monté",
    "date": "Livrable le",
    "note": "Remarque",
}


class NothingAnswered(Invalid):
    """No line has a quantity."""

    code = "rehearsal.nothing"


class TooMany(Invalid):
    """More pieces than the line asks: fact `asked`."""

    code = "rehearsal.too_many"


class DateUnreadable(Invalid):
    """A day that is not one."""

    code = "field.date"


class ConditionMissing(Invalid):
    """None of the conditions was chosen."""

    code = "field.choice"


class NoteTooLong(Invalid):
    """A remark over MOST_NOTE characters: fact `max_length`."""

    code = "field.too_long"


@dataclass(frozen=True)
class Photo:
    """A photograph whose bytes came and went: its name, size and SHA-256."""

    name: str
    size: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.name}|{self.size}|{self.sha256}"


@dataclass(frozen=True)
class Answer:
    """A line as completed. `total`: unit price × quantity, rounded to the cent."""

    line: Line
    quantity: Decimal
    condition: str
    price: Money
    delivery: date
    note: str
    photo: Photo | None

    @property
    def total(self) -> Money:
        """Unit price × quantity."""
        return line_ht(self.price.cents, self.quantity)


def field(line: Line, name: str) -> str:
    """The name of a field of the form."""
    return f"l{line.position}.{name}"


def photo(text: str) -> Photo | None:
    """What the form carries of a photograph; None when there is none, or when it was altered."""
    found = PHOTO.fullmatch(text)
    return None if found is None else Photo(found[1], int(found[2]), found[3])


def read(values: Mapping[str, str]) -> list[Answer]:
    """The lines answered; a line left empty or at zero is not. Raises Unreadable, all at once."""
    reader = _Reader(values)
    answers = [answer for line in LINES if (answer := reader.line(line)) is not None]
    if not answers and not reader.problems:
        reader.problems.append(Problem(NothingAnswered.code, field(LINES[0], "quantity")))
    if reader.problems:
        raise Unreadable(reader.problems)
    return answers


class _Reader:
    """Reads fields one by one, and keeps what is wrong with each."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    def line(self, line: Line) -> Answer | None:
        """The line, or None when it is left or has something wrong."""
        before = len(self.problems)
        quantity = self._parsed(line, "quantity", _quantity, Decimal(0))
        if quantity == 0:
            return None
        price = self._parsed(line, "price", _price, Money(0))
        delivery = self._parsed(line, "date", _day, date.min)
        condition = self._parsed(line, "condition", _condition, "")
        note = self._parsed(line, "note", _note, "")
        if len(self.problems) > before:
            return None
        shown = photo(self._values.get(field(line, "photo"), ""))
        return Answer(line, quantity, condition, price, delivery, note, shown)

    def _parsed(self, line: Line, name: str, parse: Callable[[Line, str], T], otherwise: T) -> T:
        where = field(line, name)
        try:
            return parse(line, self._values.get(where, "").strip())
        except Invalid as wrong:
            self.problems.append(Problem(wrong.code, where, wrong.facts))
            return otherwise


def _quantity(line: Line, text: str) -> Decimal:
    quantity = parse_quantity(text) if text else Decimal(0)
    if quantity > line.quantity:
        raise TooMany(asked=line.quantity)
    return quantity


def _price(_: Line, text: str) -> Money:
    return parse_money(text)


def _day(_: Line, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise DateUnreadable() from wrong


def _condition(_: Line, text: str) -> str:
    if text not in {key for key, _, _ in CONDITIONS}:
        raise ConditionMissing()
    return text


def _note(_: Line, text: str) -> str:
    if len(text) > MOST_NOTE:
        raise NoteTooLong(max_length=MOST_NOTE)
    return text


def total(answers: list[Answer]) -> Money:
    """The whole answer, before any VAT."""
    return sum((answer.total for answer in answers), Money(0))


def documents(answers: list[Answer], at: datetime) -> list[dict[str, Any]]:
    """What a receipt would list: the grid as canonical JSON, then the photographs, hashed."""
    grid = canonical(
        {
            "format": "essai",
            "at": instant(at),
            "lines": [
                {
                    "code": answer.line.code,
                    "quantity": f"{answer.quantity:f}",
                    "condition": answer.condition,
                    "unit_price_cents": answer.price.cents,
                    "delivery": answer.delivery.isoformat(),
                    "note": answer.note,
                }
                for answer in answers
            ],
        }
    )
    kept = [Photo("reponse.json", len(grid), hashlib.sha256(grid).hexdigest())]
    kept += [answer.photo for answer in answers if answer.photo is not None]
    return [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in kept]
