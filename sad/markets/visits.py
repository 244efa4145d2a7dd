"""A visit of the pieces as it is announced: who is concerned, what is looked at, why (P20)."""

from collections.abc import Iterable, Mapping
from typing import Any

ALL = "Toutes les structures dont la réponse est recevable."
FIRST = "Les {count} premières structures du classement provisoire."
ONE = "La première structure du classement provisoire."
AGENTS = "Deux agents relèvent les mêmes points partout et en font une note écrite."
FEEDS = "Cette note éclaire le critère « {criterion} » et n’en ajoute pas."


FIELDS = ("visit_who", "visit_first", "visit_criterion", "visit", "visit_checklist")


def visit_words(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """The announcement, `row` holding a market's `visit…` fields; empty where none is planned.

    `labels`: the criteria's, by code.
    """
    return "\n".join(_paragraphs(row, labels))


def _paragraphs(row: Mapping[str, Any], labels: Mapping[str, str]) -> Iterable[str]:
    who, first = row["visit_who"], row["visit_first"] or 1
    if who:
        concerned = ALL if who == "all" else ONE if first == 1 else FIRST.format(count=first)
        criterion = labels.get(row["visit_criterion"] or "")
        feeds = [FEEDS.format(criterion=criterion)] if criterion else []
        yield " ".join([concerned, AGENTS, *feeds])
    if row["visit"].strip():
        yield row["visit"].strip()
    points = [point.strip() for point in row["visit_checklist"].splitlines() if point.strip()]
    if who and points:
        yield f"Points regardés : {' ; '.join(points)}."
