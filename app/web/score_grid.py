"""The scores to give, grouped to be typed: all the offers on a criterion, or the reverse."""

from dataclasses import dataclass
from decimal import Decimal

from app.rendering.french import number
from sad.evaluation.queries import ScoresView
from sad.evaluation.tables import Score
from sad.markets.tables import Criterion
from sad.offers.tables import Offer
from sad.scoring.rules import DEFAULT_MAX

FAR = Decimal("0.2")
"""Two values a fifth of the scale apart are worth a word."""


@dataclass(frozen=True)
class Entry:
    """One value to type."""

    offer: Offer
    criterion: Criterion
    legend: str

    @property
    def key(self) -> str:
        """The end of its fields' names."""
        return f"{self.offer.id}:{self.criterion.id}"


@dataclass(frozen=True)
class Group:
    """Values typed together; `left`: how many are still to give."""

    id: str
    title: str
    criterion: Criterion | None
    entries: list[Entry]
    left: int


def groups(scores: ScoresView, by: str) -> list[Group]:
    """Every value the reader gives, by « critere » or by « offre »."""
    if by == "offre":
        return [
            _group(
                scores,
                f"offre-{offer.id}",
                offer.supplier_name,
                None,
                [Entry(offer, one, one.label) for one in scores.criteria],
            )
            for offer in scores.offers
        ]
    return [
        _group(
            scores,
            f"critere-{one.id}",
            one.label,
            one,
            [Entry(offer, one, offer.supplier_name) for offer in scores.offers],
        )
        for one in scores.criteria
    ]


def scale(criterion: Criterion) -> str:
    """« sur 20, pèse 10 »."""
    most = criterion.maximum or DEFAULT_MAX
    return f"sur {number(most)}, pèse {number(criterion.weight)}"


def apart(scores: list[Score], criterion: Criterion) -> str:
    """By how much the values differ, when it is worth a word; else nothing."""
    values = [one.value for one in scores]
    gap = max(values) - min(values) if values else Decimal(0)
    wide = gap >= FAR * (criterion.maximum or DEFAULT_MAX)
    return f"{number(gap)} d’écart" if wide else ""


def _group(
    scores: ScoresView, id_: str, title: str, criterion: Criterion | None, entries: list[Entry]
) -> Group:
    left = 0
    for entry in entries:
        mine = scores.mine.get((entry.offer.id, entry.criterion.id))
        reasoned = entry.criterion.method != "judged" or (mine and mine.reason.strip())
        left += mine is None or not reasoned
    return Group(id_, title, criterion, entries, left)
