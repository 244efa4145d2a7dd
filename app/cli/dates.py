"""`sad dates KIND DATE`: one legal date, counted as the engine counts it everywhere."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from app.cli import print_json
from app.rendering.french import long_date
from sad.kernel import dates
from sad.kernel.calendar import FIRST_YEAR, LAST_YEAR, Calendar, DateOutOfRange
from sad.kernel.dates import WorkingCount
from sad.kernel.errors import Invalid

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# kind: what the result is, in French (the answer's first words), and how it is computed
SINGLE: dict[str, tuple[str, Callable[[date, Calendar], date]]] = {
    "first-candidatures": (
        "Fin de la première réception des candidatures, au plus tôt (R2162-44)",
        dates.first_candidatures,
    ),
    "offers": ("Remise des offres, au plus tôt (R2162-50)", dates.earliest_offers),
    "award-notice": (
        "Avis d'attribution groupé du trimestre, au plus tard (R2183-4)",
        lambda day, _: dates.award_notice(day),
    ),
    "essential-data": (
        "Données essentielles publiées, au plus tard (R2196-1)",
        lambda day, _: dates.essential_data(day),
    ),
    "archive": (
        "Dossier conservé au moins jusqu'à cette date (R2184-12)",
        lambda day, _: dates.archive(day),
    ),
}
WORKING = {
    "candidature-decision": "Décision sur une candidature, au plus tard (R2162-45)",
    "candidature-update": "Mise à jour d'une candidature, au plus tard (R2162-47)",
}


class DateUnreadable(Invalid):
    """A text that is not a day of the calendar, written year-month-day."""

    code: ClassVar[str] = "calendar.date_unreadable"


def add(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "dates",
        help="calcule une date légale",
        description="Calcule une date légale à partir du jour de l'événement (qui ne compte pas).",
    )
    parser.add_argument("kind", metavar="NATURE", choices=[*WORKING, *SINGLE], help=_kinds())
    parser.add_argument("day", metavar="DATE", help="jour de l'événement, par exemple 2026-11-02")
    parser.add_argument("--json", action="store_true", help="répond en JSON")
    parser.add_argument(
        "--alsace-moselle",
        action="store_true",
        help="compte aussi le Vendredi saint et le 26 décembre comme fériés",
    )
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Compute and print. Raises DateUnreadable and DateOutOfRange."""
    day = read_day(options.day)
    calendar = Calendar(options.alsace_moselle)
    if options.kind in SINGLE:
        title, compute = SINGLE[options.kind]
        found = compute(day, calendar)
        if options.json:
            print_json({"date": found.isoformat()})
        else:
            print(f"{title} : {long_date(found)}.")
        return 0
    counts = _working_counts(options.kind, day, calendar)
    if options.json:
        print_json({f"days_{n}": _as_json(count) for n, count in counts.items()})
        return 0
    print(f"{WORKING[options.kind]} :")
    for n, count in counts.items():
        print(f"- {n} jours ouvrables : {long_date(count.regulation)}")
        print(f"  (en comptant les samedis : {long_date(count.saturday_counted)})")
    return 0


def read_day(text: str) -> date:
    """The day written `2026-11-02`, in a year the calendar knows."""
    try:
        day = date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise DateUnreadable("date", text=text[:40])
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise DateOutOfRange("date", first=str(FIRST_YEAR), last=str(LAST_YEAR - 1))
    return day


def _working_counts(kind: str, day: date, calendar: Calendar) -> dict[int, WorkingCount]:
    if kind == "candidature-update":
        return {dates.UPDATE_DAYS: dates.update_limit(day, calendar)}
    limits = dates.decision_limits(day, calendar)
    return {
        dates.DECISION_DAYS: limits.days_10,
        dates.DECISION_DAYS_WITH_REASON: limits.days_15,
    }


def _as_json(count: WorkingCount) -> dict[str, str]:
    return {
        "regulation": count.regulation.isoformat(),
        "saturday_counted": count.saturday_counted.isoformat(),
    }


def _kinds() -> str:
    return ", ".join([*WORKING, *SINGLE])
