"""The journal in French: a sentence for each action, from templates/journal.fr.toml.

Each action has a `sentence` that needs no fact; `full` is used instead when the event carries all
the facts it names. `kind` colours its dot. An unknown action gets a neutral sentence.
"""

import logging
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.rendering.french import euros, long_date, moment, number
from app.rendering.sentences import messages

JOURNAL = Path(__file__).resolve().parents[2] / "templates" / "journal.fr.toml"
NEUTRAL = "Un acte est consigné au journal."
TABLES = {"facts", "values"}  # words of facts; every other table is an action, its name has a dot
KINDS = {"neutral": "", "info": "info", "success": "success", "warning": "warning"} | {
    "danger": "danger"
}

log = logging.getLogger(__name__)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Told:
    """An event as people read it."""

    sentence: str
    kind: str


def told(action: str, facts: Mapping[str, Any]) -> Told:
    """The sentence of an event: its full one when every fact it names is there.

    `facts` are those of `after`, with those of `before` under `before_…`.
    """
    entry = entries().get(action)
    if entry is None:
        log.warning("no sentence for the action %s", action)
        return Told(NEUTRAL, "")
    kind = KINDS[entry.get("kind", "neutral")]
    if (full := entry.get("full")) is not None:
        try:
            return Told(_Sentence().vformat(full, (), facts), kind)
        except (KeyError, ValueError):
            pass  # an event written without one of these facts
    return Told(entry["sentence"], kind)


def facts_of(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a sentence may name."""
    return {f"before_{name}": value for name, value in (before or {}).items()} | dict(after or {})


def details(*sources: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """The facts worth reading beside the sentence, each with its words; the others stay unsaid."""
    words = _read().get("facts", {})
    for source in sources:
        for name, value in (source or {}).items():
            if name not in words or value in (None, "", [], {}):
                continue
            if not (isinstance(value, str) and _ID.fullmatch(value)):  # names a row, not a thing
                yield words[name], written(name, value)


def written(name: str, value: Any) -> str:
    """A fact for people, by its name and its form."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return euros(value) if name.endswith("cents") else number(value)
    if isinstance(value, list):
        return ", ".join(written(name, item) for item in value)
    if not isinstance(value, str):
        return "…"
    said = _read().get("values", {}).get(name.removeprefix("before_"), {}).get(value)
    if said is not None:
        return str(said)
    if _INSTANT.fullmatch(value):
        return moment(value)
    if _DAY.fullmatch(value):
        return long_date(value)
    return messages().get(value, value) if name == "code" else value


@cache
def entries() -> dict[str, dict[str, str]]:
    """Each action and its words. Read once per process."""
    return {name: table for name, table in _read().items() if name not in TABLES}


@cache
def _read() -> dict[str, Any]:
    with JOURNAL.open("rb") as file:
        return tomllib.load(file)


class _Sentence(string.Formatter):
    """`{deadline_at}` is the fact in French; `{invited:fournisseur|fournisseurs}` counts a list or
    a number, with its word."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        value = kwargs[field_name]
        if value is None:
            raise KeyError(field_name)
        return (field_name, value), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        name, fact = value
        if not format_spec:
            return written(name, fact)
        count = len(fact) if isinstance(fact, list) else int(fact)
        one, many = format_spec.split("|")
        return f"{number(count)} {many if count > 1 else one}"
