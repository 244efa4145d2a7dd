"""What a market of the story is made of: what is asked, who answers, how it is judged. Values."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """A line asked. `slice`: pieces of one slice (P3). `more`: other buyer's columns by key."""

    code: str
    designation: str
    quantity: int
    dimensions: str = ""
    requirements: str = ""
    slice: int | None = None
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Need:
    """A market as its buyer prepares it. Amounts as typed: estimate HT, credits TTC (P6)."""

    title: str
    category: str
    description: str
    lines: tuple[Line, ...] = ()
    grid: Path | None = None  # a spreadsheet instead of lines
    estimate: str = ""
    credits: str = ""
    place: str = "Le Totem, 3 place de la Gare, 22000 Saint-Brieuc, niveau 1"
    access: str = "Monte-charge de 2,10 m ; livraison du lundi au jeudi, de 8 h à 12 h."
    storage: str = "Local fermé de 60 m² au rez-de-chaussée, disponible dès l'attribution."
    validity: int = 45
    whole: bool = False  # made to measure: one supplier answers every line; else line by line


@dataclass(frozen=True)
class Answer:
    """What a supplier types, `day` days before today: `prices` one a line, empty where left out.

    `cells`: by role of a column, one text a line; a condition is the letter of its grade. What is
    not said is usual: all of the quantity, good condition, a picture of the piece.
    """

    supplier: str
    day: int
    prices: tuple[str, ...]
    cells: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hour: int = 15


@dataclass(frozen=True)
class Mark:
    """A mark on 20 with its written reason."""

    value: str
    reason: str


@dataclass(frozen=True)
class Judged:
    """How an offer is marked: one mark for each criterion that people judge."""

    supplier: str
    quality: Mark
    environment: Mark
    delay: Mark


@dataclass(frozen=True)
class Talk:
    """A question of a supplier and its answer to all; days before today."""

    supplier: str
    asked: int
    text: str
    answered: int | None = None
    answer: str = ""
    without_names: str = ""
