"""Which model holds the facts of each kind of paper, and the fields it offers to a template."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel

from sad.kernel.canonical import instant
from sad.kernel.money import Money
from sad.papers.schemas import PaperFacts
from sad.papers.schemas_analysis import AnalysisFacts
from sad.papers.schemas_award import ContractFacts, DecisionFacts, ElectedNoteFacts
from sad.papers.schemas_entry import AdmissionFacts, RefusalFacts
from sad.papers.schemas_letter import NotificationFacts, PapersRequestFacts, RejectionFacts
from sad.papers.schemas_market import (
    DepositsRegisterFacts,
    InvitationFacts,
    OpeningMinutesFacts,
)
from sad.papers.schemas_system import DeclarationFacts, NoticeText, RulesFacts, TermsFacts
from sad.papers.states import PaperKind

_MODELS: tuple[type[PaperFacts], ...] = (
    NoticeText,
    RulesFacts,
    TermsFacts,
    DeclarationFacts,
    AdmissionFacts,
    RefusalFacts,
    InvitationFacts,
    DepositsRegisterFacts,
    OpeningMinutesFacts,
    AnalysisFacts,
    PapersRequestFacts,
    DecisionFacts,
    RejectionFacts,
    ContractFacts,
    NotificationFacts,
    ElectedNoteFacts,
)
MODELS: dict[PaperKind, type[PaperFacts]] = {model.kind: model for model in _MODELS}
"""Every kind; a letter's facts are read in the letter, which its own act froze."""


def kept(facts: PaperFacts) -> dict[str, Any]:
    """The facts as canonical JSON values: what is hashed, frozen and carried by the PDF.

    Amounts are `{"cents": n}`, decimals texts, instants UTC.
    """
    return {name: _kept(value) for name, value in facts.model_dump().items()}


def read_back(kind: PaperKind, values: Mapping[str, Any]) -> PaperFacts:
    """The facts as they were kept; a field added since takes its default."""
    return MODELS[kind].model_validate(values)


def fields_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Each field a template may use: its path (`lines[].designation`), what it is, an example."""
    for name, field in model.model_fields.items():
        path, inner = f"{prefix}{name}", _inner(field.annotation)
        example = field.examples[0] if field.examples else ""
        if inner is None:
            yield path, field.description or "", example
            continue
        several = "list" in str(field.annotation)
        yield path, field.description or "", ""
        yield from fields_of(inner, f"{path}[]." if several else f"{path}.")


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model inside `Model`, `Model | None` or `list[Model]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_inner(one) for one in get_args(annotation))
    return next((one for one in found if one is not None), None)


def _kept(value: Any) -> Any:
    if isinstance(value, Money):
        return {"cents": value.cents}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _kept(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
