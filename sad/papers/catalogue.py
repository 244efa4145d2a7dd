"""Which model holds the facts of each kind of paper, and the fields it offers to a template."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from sad.papers.schemas import PaperFacts
from sad.papers.schemas_analysis import AnalysisFacts
from sad.papers.schemas_award import ContractFacts, DecisionFacts, ElectedNoteFacts
from sad.papers.schemas_entry import AdmissionFacts, RefusalFacts
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
    DecisionFacts,
    ContractFacts,
    ElectedNoteFacts,
)
MODELS: dict[PaperKind, type[PaperFacts]] = {model.kind: model for model in _MODELS}
"""The kinds whose facts are gathered here; the others are letters, frozen by their own act."""


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
