"""What a template of a kind of paper may name: the fields of its facts, with an example of each.

Read from the dressed example itself, so that the list, the check of a template and its trial never
say different things.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.rendering.papers import dressed
from sad.kernel.money import Money
from sad.papers.catalogue import MODELS, fields_of
from sad.papers.states import PaperKind

K = PaperKind
_SAMPLES: dict[type, Any] = {
    datetime: "2026-11-03T11:00:00Z",
    date: "2026-11-03",
    Decimal: "10",
    Money: {"cents": 123450},
    bool: True,
    int: 1,
    UUID: "00000000-0000-4000-8000-000000000000",
}
_ADDED = {
    "how": "Comment le critère est noté, en une phrase",
    "counted": "Quantité avec son unité",
    "files_said": "Nombre de fichiers, avec son mot",
    "offers_said": "Nombre de réponses, avec son mot",
    "ranked_said": "Nombre d’offres classées, avec son mot",
    "outside_said": "Des achats de la même famille sont faits en dehors",
    "extension_said": "Un allongement de l’examen est annoncé",
    "reserved": "Réservé",
    "variants_said": "Variantes : yes, no, ou rien quand ce n’est pas dit",
    "exclusive": "Catégories où l’on ne se présente qu’une fois",
    "selection": "Critères de sélection, les catégories qui les partagent ensemble",
}
"""What dressing adds to a part (`app.rendering.papers`)."""
_CODES = {"formula", "picture_id"}
"""What our layouts alone read."""

_ALWAYS = ("buyer", "number", "title")
_IMPORTANT: dict[PaperKind, tuple[str, ...]] = {
    K.NOTICE_TEXT: ("maximum", "categories", "first_candidatures_on", "closing_at"),
    K.RULES: ("regime", "categories", "closing_at"),
    K.TERMS: (),
    K.DECLARATION: ("candidate", "category", "declarant"),
    K.ADMISSION: ("candidate", "category", "decided_at", "signatory"),
    K.REFUSAL: ("candidate", "category", "decided_at", "reasons", "signatory"),
    K.INVITATION: ("deadline_at", "questions_until", "lines", "criteria"),
    K.DEPOSITS_REGISTER: ("deadline_at", "opened_at", "answers"),
    K.OPENING_MINUTES: ("deadline_at", "opened_at", "operators", "answers"),
    K.ANALYSIS_REPORT: ("criteria", "verdicts", "lots", "awards"),
    K.DECISION: ("holder", "ht", "reasons", "decided_at", "signatory"),
    K.PAPERS_REQUEST: ("recipient", "papers", "due_on"),
    K.REJECTION: ("recipient", "parts", "advantages"),
    K.NOTIFICATION: ("recipient", "lines", "ht", "invoice_siret", "engagement_number"),
    K.CONTRACT: ("holder", "lines", "ht", "payable", "signatory"),
    K.ELECTED_NOTE: ("winners", "payable", "reasons"),
}


@dataclass(frozen=True)
class FieldRow:
    """A field as an organisation reads it: how it is written, what it is, what it would say."""

    path: str
    meaning: str
    example: str
    several: bool  # a list, to go through


@cache
def example(kind: PaperKind) -> dict[str, Any]:
    """An example of what the paper says, dressed: every list has one element at least."""
    return dressed(_example(MODELS[kind]))


@cache
def shape(kind: PaperKind) -> dict[str, Any]:
    """What a template may name: texts as true, groups as objects, lists as `[what one is]`."""
    found: dict[str, Any] = _shape(example(kind))
    return found


def important(kind: PaperKind) -> dict[str, str]:
    """The fields without which the paper would not say what it is for, with their meaning."""
    model = MODELS[kind].model_fields
    names = (*_ALWAYS, *_IMPORTANT.get(kind, ()))
    return {name: model[name].description or name for name in names}


def rows(kind: PaperKind) -> list[FieldRow]:
    """Every field, in the order of the facts, with its dressed example."""
    meanings = {path.replace("[]", ""): meaning for path, meaning, _ in fields_of(MODELS[kind])}
    return list(_rows(example(kind), "", meanings))


def _rows(said: dict[str, Any], prefix: str, meanings: dict[str, str]) -> Iterator[FieldRow]:
    for name, value in said.items():
        path = f"{prefix}{name}"
        one = value[0] if isinstance(value, list) and value else value
        inside = one if isinstance(one, dict) else {}
        shown = "" if inside or isinstance(one, list) else _shown(one)
        several = isinstance(value, list)
        meaning = meanings.get(path) or _ADDED.get(name)
        if meaning and name not in _CODES:  # a word without meaning serves our layouts alone
            yield FieldRow(path, meaning, shown, several)
        yield from _rows(inside, f"{path}.", meanings)


def _example(model: type[BaseModel]) -> BaseModel:
    return model.model_validate(_values(model))


def _values(model: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(field.annotation, field) for name, field in model.model_fields.items()}


def _value(annotation: Any, field: FieldInfo | None = None) -> Any:
    given = field.examples[0] if field is not None and field.examples else None
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is list:
        return given or [_value(args[0])]
    if origin in (Union, UnionType):
        return _value(next(one for one in args if one is not type(None)), field)
    if origin is Annotated:
        return _value(args[0], field)
    if origin is dict:
        return given or {}
    if issubclass(annotation, BaseModel):
        return _values(annotation)
    if given is not None:
        return given
    if issubclass(annotation, Enum):
        return next(iter(annotation))
    return _SAMPLES.get(annotation, "…")


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shape(value[0]) if value else True]
    return True


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)
