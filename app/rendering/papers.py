"""The papers of a procedure (P14): raw facts written for people, then set by Typst.

`dressed` serves both ways of writing a paper, PDF and the organisation's DOCX templates: the same
facts always read the same. The PDF carries the raw facts, and the same facts give the same bytes.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.rendering.criteria import how_scored
from app.rendering.french import (
    counted,
    euros,
    long_date,
    number,
    percent,
    precise_moment,
    short_date,
)
from app.rendering.pdf import Attached, render_pdf
from app.rendering.sentences import label, sentence, written_for_people
from sad.kernel.canonical import canonical
from sad.kernel.money import Money
from sad.kernel.vat import VatRecovery
from sad.papers.catalogue import kept
from sad.papers.schemas import As, PaperFacts, ReservedTo, Wording
from sad.papers.schemas_analysis import AnalysisFacts, LotReport, LowPrice, Mark, RankedGroup
from sad.papers.schemas_award import AwardedLine, DecisionFacts, ElectedNoteFacts, NotedWinner
from sad.papers.schemas_market import (
    AskedLine,
    InvitationFacts,
    MarketCriterion,
    OpenedAnswer,
    OpeningFacts,
)
from sad.papers.schemas_system import AnnouncedCategory, CriterionRange, SystemFacts

DATA = "donnees.json"
"""The raw facts inside the PDF."""

LINES_TOLD = 4
"""Lines of a holder that a one-page note names."""


@dataclass(frozen=True)
class Picture:
    """A copy of a photograph made by the guard, in pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    """What a paper shows: the buyer's logo (a JPEG) at its top, and photographs, in order."""

    logo: bytes | None = None
    shown: Sequence[Picture] = ()


NOTHING_SHOWN = Pictures()
LOGO, LOGO_BOX = "logo.svg", (320, 100)
_REFERENCES = {
    "evaluation.low_double_mean": "la moyenne retenue",
    "evaluation.low_second_lowest": "la deuxième offre la plus basse",
}
_WORDINGS: dict[Wording, Callable[[Any], str]] = {
    Wording.SHORT_DATE: short_date,
    Wording.DAY: long_date,
    Wording.PRECISE: precise_moment,
    Wording.FIXED: lambda value: number(value, 2),
    Wording.PERCENT: percent,
}


def dressed(facts: BaseModel) -> dict[str, Any]:
    """The facts as a template reads them: same names, values already in French.

    Amounts, dates and numbers become texts, an absent value an empty text; yes and no stay
    booleans, for a template to test. Some parts gain words of their own (`_ADDED`).
    """
    said = {name: _value(getattr(facts, name), field) for name, field in fields(facts).items()}
    for kind, add in _ADDED:
        if isinstance(facts, kind):
            said |= add(facts)
    return said


def title_of(facts: PaperFacts) -> str:
    """« Règlement de la consultation – 2026S01 »."""
    return f"{label(facts.kind)} – {facts.number}" if facts.number else label(facts.kind)


def paper_pdf(
    facts: PaperFacts, pictures: Pictures = NOTHING_SHOWN, *, draft: bool = False
) -> bytes:
    """The paper of its kind, set by `templates/papers/<kind>.typ`, its raw facts attached.

    The same facts and pictures give the same bytes. `draft`: not issued yet, and marked so on each
    page.
    """
    files = {f"picture{rank}.svg": framed(one) for rank, one in enumerate(pictures.shown)}
    if pictures.logo is not None:
        files[LOGO] = _svg(pictures.logo, *LOGO_BOX)
    return render_pdf(
        facts.kind.value,
        {**typeset(facts, files), "draft": draft},
        title=title_of(facts),
        issuer=facts.buyer.name,
        at=facts.issued_at,
        attached=[
            Attached(DATA, canonical(kept(facts)), "application/json", "Les données de ce document")
        ],
        files=files,
    )


def typeset(facts: PaperFacts, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the layout reads: the facts dressed, and the names of the images it has."""
    return {**dressed(facts), "images": sorted(set(files) - {LOGO}), "logo": LOGO in files}


def framed(picture: Picture) -> bytes:
    """A photograph inside an SVG: Typst is given its files as text."""
    return _svg(picture.jpeg, picture.width, picture.height)


def _svg(jpeg: bytes, width: int, height: int) -> bytes:
    """The image as large as the box allows, at its left."""
    size, data = f'width="{width}" height="{height}"', base64.b64encode(jpeg).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} '
        f'preserveAspectRatio="xMinYMid meet" href="data:image/jpeg;base64,{data}"/></svg>'
    ).encode()


def fields(facts: BaseModel) -> Mapping[str, FieldInfo]:
    """The fields of its model."""
    return type(facts).model_fields


def _value(value: Any, field: FieldInfo | None = None) -> Any:
    wording = None if field is None else _wording(field)
    if value is None:
        return ""
    if wording is not None:
        return _WORDINGS[wording](value)
    if isinstance(value, BaseModel):
        return dressed(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {name: _value(one) for name, one in value.items()}
    return written_for_people(value)


def _wording(field: FieldInfo) -> Wording | None:
    return next((mark.wording for mark in field.metadata if isinstance(mark, As)), None)


def _figures(mark: Mark) -> dict[str, Any]:
    figures = {
        name: Money(value["cents"]) if isinstance(value, dict) else Decimal(str(value))
        for name, value in mark.figures.items()
    }
    return {"figures": f"{sentence(mark.formula, figures)} = {number(mark.points, 2)}"}


def _screen(low: LowPrice) -> dict[str, Any]:
    """What a screen found, with its figures; nothing where a person asked without any."""
    if low.price is None or low.reference is None or low.percent_below is None:
        return {"screen": ""}
    below = f"{percent(low.percent_below)} sous {_REFERENCES[low.screen]} ({euros(low.reference)})"
    return {"screen": f"{euros(low.price)}, {below}"}


def _ranges(every: Sequence[AnnouncedCategory]) -> list[dict[str, str]]:
    """The families announced with their ranges, the categories that share one together (P9)."""
    found: dict[tuple[str, str, str], list[str]] = {}
    families: list[str] = []
    for category in every:
        for one in category.criteria:
            families += [] if one.family in families else [one.family]
            found.setdefault((one.family, one.label, _range(one)), []).append(category.name)
    return [
        {
            "label": label,
            "range": weights,
            "names": "" if len(names) == len(every) else ", ".join(names),
        }
        for (_, label, weights), names in sorted(
            found.items(), key=lambda item: families.index(item[0][0])
        )
    ]


def _announced(system: SystemFacts) -> dict[str, Any]:
    """What layouts test or say in one line: reservations, variants, selection, groups."""
    every = system.categories
    exclusive = [one.name for one in every if one.group_exclusive]
    together = (
        "chaque catégorie" if len(exclusive) == len(every) else f"« {' », « '.join(exclusive)} »"
    )
    return {
        "ranges": _ranges(every),
        "outside_said": bool(system.outside),
        "extension_said": system.extension_days > 0,
        "reserved": system.reserved_to is not ReservedTo.NONE,
        "variants_said": _yes_no(system.variants_allowed),
        "exclusive": together if exclusive else "",
        "selection": _selection(every),
    }


def _yes_no(said: bool | None) -> str:
    """For a layout to test what may be left unsaid."""
    return "" if said is None else "yes" if said else "no"


def _counts(opening: OpeningFacts) -> dict[str, Any]:
    counts = {"answers": str(len(opening.answers)), "closed": str(len(opening.closed))}
    if isinstance(opening, AnalysisFacts):
        counts["lines"] = str(len(opening.lines))
    return {"counts": counts}


def _lot(lot: LotReport) -> dict[str, Any]:
    return {
        "increased": bool(lot.increase),
        "recovery_full": lot.recovery is VatRecovery.FULL,
    }


def _decision(facts: DecisionFacts) -> dict[str, Any]:
    return {
        "offers_said": _count(facts.offers, "réponse ouverte", "réponses ouvertes"),
        "ranked_said": _count(facts.ranked, "offre classée", "offres classées"),
    }


def _note(facts: ElectedNoteFacts) -> dict[str, Any]:
    """The figures of a note in words that agree with their number."""
    many = facts.invited > 1
    return {
        "winners_said": _count(len(facts.winners), "structure retenue", "structures retenues"),
        "offers_said": _count(facts.offers, "réponse", "réponses"),
        "invited_said": _count(facts.invited, "structure invitée", "structures invitées"),
        "invited_equal": f"Les {number(facts.invited)} structures admises ont été invitées ensemble"
        if many
        else "La seule structure admise a été invitée",
        "ranked_said": _count(facts.ranked, "offre a été comparée", "offres ont été comparées"),
        "first_condition": _first_sentence(facts.conditions),
    }


def _supplies(winner: NotedWinner) -> dict[str, Any]:
    """What a holder supplies in a line or two: its largest lines, and how many more."""
    lines = sorted(winner.supplies, key=lambda line: (-line.ht.cents, line.label))
    shown = [f"{_upper(line.designation)} ({number(line.quantity)})" for line in lines[:LINES_TOLD]]
    more = len(lines) - len(shown)
    tail = [_count(more, "autre ligne", "autres lignes")] if more else []
    return {"summary": ", ".join(shown + tail)}


def _count(count: int, one: str, several: str) -> str:
    return f"{number(count)} {several if count > 1 else one}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _first_sentence(words: str) -> str:
    """The first sentence of a text, for a page that must hold on one."""
    line = words.strip().split("\n")[0]
    end = line.find(". ")
    said = line if end < 0 else line[: end + 1]
    return said[:1].lower() + said[1:]


def _selection(every: Sequence[AnnouncedCategory]) -> list[dict[str, str]]:
    """Selection criteria and documents, the categories that share them together (SAD-06)."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in every:
        asked = (one.selection_criteria, ", ".join(one.required_documents))
        found.setdefault(asked, []).append(one.name)
    return [
        {
            "names": "" if len(found) == 1 else ", ".join(names),
            "criteria": criteria,
            "documents": documents,
        }
        for (criteria, documents), names in found.items()
    ]


def _range(one: CriterionRange) -> str:
    if one.minimum == one.maximum:
        return number(one.minimum)
    return f"{number(one.minimum)} à {number(one.maximum)}"


_ADDED: tuple[tuple[type[BaseModel], Callable[[Any], dict[str, Any]]], ...] = (
    (SystemFacts, _announced),
    (AnnouncedCategory, lambda one: {"reserved": one.reserved_to is not ReservedTo.NONE}),
    (InvitationFacts, lambda one: {"variants_said": _yes_no(one.variants_allowed)}),
    (OpeningFacts, _counts),
    (OpenedAnswer, lambda one: {"files_said": counted(one.files, "fichier")}),
    (DecisionFacts, _decision),
    (ElectedNoteFacts, _note),
    (NotedWinner, _supplies),
    (MarketCriterion, lambda one: {"how": how_scored(one.model_dump())}),
    (Mark, _figures),
    (LowPrice, _screen),
    (LotReport, _lot),
    (AskedLine, lambda one: {"counted": counted(one.quantity, one.unit)}),
    (AwardedLine, lambda one: {"counted": counted(one.quantity, one.unit)}),
    (
        RankedGroup,
        lambda one: {"counted": "" if one.quantity is None else counted(one.quantity, one.unit)},
    ),
)
"""Words a part gains: how a criterion is marked, a formula with its figures, a counted quantity."""
