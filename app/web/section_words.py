"""What each section of a preparation holds, in a few words, for the list of tasks."""

from collections.abc import Callable, Mapping
from typing import Any

from app.rendering.french import euros, long_date, moment, number
from app.rendering.sentences import label
from sad.markets.states import Section


def section_sentence(section: Section, context: dict[str, Any]) -> str:
    """A few words of what the section holds."""
    said = _SENTENCES.get(section)
    return said(context) if said else ""


def _lines_said(context: dict[str, Any]) -> str:
    count = len(context["view"].frame.lines)
    return f"{count} ligne{'s' if count > 1 else ''}" if count else ""


def _criteria_said(context: dict[str, Any]) -> str:
    kept = (one for one in context["weighed"] if one.parts)
    return ", ".join(f"{one.label} {number(one.weight)}" for one in kept)


def _delivery_said(context: dict[str, Any]) -> str:
    place, until = context["market"]["delivery_place"], context["market"]["delivery_until"]
    first = place.splitlines()[0] if place else ""
    return ", ".join(
        word for word in (first, f"avant le {long_date(until)}" if until else "") if word
    )


def _award_said(context: dict[str, Any]) -> str:
    allowed = context["market"]["variants_allowed"]
    if allowed is None:
        return ""
    return f"{label(context['view'].mode)}, variantes {'permises' if allowed else 'non permises'}"


def _deadline_said(context: dict[str, Any]) -> str:
    deadline = context["market"]["deadline_at"]
    return moment(deadline) if deadline else ""


def _credits_said(context: dict[str, Any]) -> str:
    view = context["view"]
    if not view.credits:
        return ""
    return f"{euros(view.credits)} de crédits, pour {euros(view.estimate)} HT estimés"


_SENTENCES: Mapping[Section, Callable[[dict[str, Any]], str]] = {
    Section.LINES: _lines_said,
    Section.CRITERIA: _criteria_said,
    Section.DELIVERY: _delivery_said,
    Section.AWARD: _award_said,
    Section.DEADLINE: _deadline_said,
    Section.CREDITS: _credits_said,
}
