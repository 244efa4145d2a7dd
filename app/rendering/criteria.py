"""How a criterion is marked, in the words that announce it: its formula, its scale, its fallback.

The same sentence stands on every page and paper, so that nobody learns another one later (SC-01).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.rendering.french import number
from sad.categories.tables import CategoryCriterion
from sad.frames.queries import ColumnView, FrameView
from sad.markets.measuring import column_for
from sad.scoring.rules import DEFAULT_MAX, PRICE
from sad.scoring.states import Direction, Method

FALLBACK = "Proportionnelle lorsqu’il reste moins de trois offres"
"""The fallback that makes « entre la plus basse et la plus haute » lawful to announce (SC-05)."""


def how_scored(row: Mapping[str, Any], frame: FrameView | None = None) -> str:
    """The formula of a criterion of a market, with its own weight, and in `frame` what it reads.

    An offer below an eliminating mark is out: said with the scale.
    """
    method, weight = Method(row["method"]), number(row["weight"])
    if method is Method.JUDGED:
        return _judged(row, weight)
    own, low, high = _words(row["family"] == PRICE)
    the = "le" if row["family"] == PRICE else "la"
    if method is Method.LINEAR:
        n = row["n"] or Decimal(2)
        said = (
            f"{weight} × ({number(n)} − {own} ÷ {low}) ÷ {number(n - 1)} : plus aucun point à "
            f"{number(n)} fois {the} {low}."
        )
    elif method is Method.MIN_MAX:
        said = f"{weight} × ({high} − {own}) ÷ ({high} − {low})."
        if row["fallback"]:
            said += f" {FALLBACK} : {weight} × {low} ÷ {own}."
    elif row["direction"] == Direction.HIGHER:
        said = f"{weight} × {own} ÷ {high} : la valeur la plus haute a tous les points."
    else:
        said = f"{weight} × {low} ÷ {own} : {the} {low} a tous les points."
    view = None if frame is None else reads(row, frame)
    return said + (f" Calculé sur « {view.label} »." if view else "")


def reads(row: Mapping[str, Any], frame: FrameView) -> ColumnView | None:
    """The column or question a computed criterion reads; None for a price or a judged one."""
    if row["family"] == PRICE or row["method"] == Method.JUDGED:
        return None
    return column_for(frame, row["code"], row["family"], row["evidence"])


@dataclass(frozen=True)
class Family:
    """A family of the notice with the market's criteria in it, its sub-criteria by short names."""

    family: str
    label: str
    low: Decimal
    high: Decimal
    parts: tuple[tuple[str, Mapping[str, Any]], ...]

    @property
    def weight(self) -> Decimal:
        """What its criteria weigh together."""
        return sum((row["weight"] for _, row in self.parts), Decimal(0))


def by_family(
    announced: Sequence[CategoryCriterion], rows: Sequence[Mapping[str, Any]]
) -> list[Family]:
    """The market's criteria under the families the notice announces (MS-07), in its order; those
    of no announced family come last, each on its own.
    """
    known = {one.family for one in announced}
    found = [
        Family(
            one.family,
            one.label,
            one.weight_minimum,
            one.weight_maximum,
            tuple((_short(row, one.label), row) for row in rows if row["family"] == one.family),
        )
        for one in announced
    ]
    stray = [row for row in rows if row["family"] not in known]
    return found + [
        Family(row["family"], row["label"], Decimal(0), Decimal(0), ((row["label"], row),))
        for row in stray
    ]


def _short(row: Mapping[str, Any], family: str) -> str:
    """« État des pièces » of « État et adéquation : État des pièces »."""
    label = str(row["label"])
    rest = label.removeprefix(family).strip(" \u00a0:")
    return rest if label.startswith(family) and rest else label


def _judged(row: Mapping[str, Any], weight: str) -> str:
    best = number(row["maximum"] or DEFAULT_MAX)
    said = f"{weight} × note ÷ {best} : une note sur {best}, avec ses raisons écrites."
    if row["minimum"] is not None:
        said += f" En dessous de {number(row['minimum'])}, l’offre est écartée."
    return said


def _words(price: bool) -> tuple[str, str, str]:
    if price:
        return "prix de l’offre", "prix le plus bas", "prix le plus haut"
    return "valeur de l’offre", "valeur la plus basse", "valeur la plus haute"
