"""The French sentence of a code: templates/messages.fr.toml, with its facts written for people.

Pages, the API's `detail` and the command line all read it here, so they say the same words.
"""

import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from app.rendering.french import duration, euros, long_date, moment, number
from sad.kernel.errors import Incomplete, Refusal
from sad.kernel.money import Money

MESSAGES = Path(__file__).resolve().parents[2] / "templates" / "messages.fr.toml"
LABELS = "labels"
GENERAL = "general"

log = logging.getLogger(__name__)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a refusal or a missing thing, its facts in French.

    A code without sentence (a fault the tests find) gives the general one and a warning in the
    log: a person never meets a traceback.
    """
    template = messages().get(code)
    if template is None:
        log.warning("no sentence for the code %s", code)
        template = messages()[Refusal.code]
    written = {name: written_for_people(value) for name, value in facts.items()}
    return template.format_map(_Facts(written))


def problems(refusal: Refusal) -> list[dict[str, str | None]]:
    """What is wrong, each `{code, where, message}`: several for an Incomplete, else the one."""
    if isinstance(refusal, Incomplete):
        found = [(p.code, p.where, p.facts) for p in refusal.problems]
    else:
        found = [(refusal.code, refusal.where, refusal.facts)]
    return [
        {"code": code, "where": where, "message": sentence(code, facts)}
        for code, where, facts in found
    ]


def label(value: Enum) -> str:
    """The French words of an enumeration's value; the value itself where [labels] has none."""
    return labels().get(type(value).__name__, {}).get(str(value.value), str(value.value))


def written_for_people(value: Any) -> str:
    """A fact in French, by its type. Years and references must come as text, not as numbers."""
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value)
    return "" if value is None else str(value)


@cache
def messages() -> dict[str, str]:
    """Each code and its sentence; codes of [general] carry no dot. Read once per process."""
    return {
        key if concept == GENERAL else f"{concept}.{key}": text
        for concept, table in _read().items()
        if concept != LABELS
        for key, text in table.items()
    }


@cache
def labels() -> dict[str, dict[str, str]]:
    """The words of each enumeration's values, by the enumeration's name."""
    return _read().get(LABELS, {})


def _read() -> dict[str, dict[str, Any]]:
    with MESSAGES.open("rb") as file:
        return tomllib.load(file)


def _listed(values: Sequence[Any] | Set[Any]) -> str:
    return ", ".join(written_for_people(value) for value in values)


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (Money, euros),
    (datetime, moment),  # before date, which it also is
    (date, long_date),
    (timedelta, duration),
    (Enum, label),  # before str, which a StrEnum also is
    (str, str),
    (bool, lambda value: "oui" if value else "non"),  # before int, which it also is
    ((Decimal, int), number),
    ((list, tuple, set, frozenset), _listed),
)


class _Facts(dict[str, str]):
    """A fact the sentence names and the refusal lacks shows as an ellipsis."""

    def __missing__(self, name: str) -> str:
        log.warning("a sentence lacks its fact %s", name)
        return "…"
