"""Shapes the demonstration has not: groups, lots, ties, late acts, drafts, hostile words."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from app.rendering.papers import Picture, Pictures, paper_pdf
from sad.evaluation.states import Verdict
from sad.kernel.money import Money
from sad.offers.states import OpeningAnomaly
from sad.papers.schemas import Structure
from sad.papers.schemas_analysis import (
    AnalysisFacts,
    JudgedOffer,
    LeftLine,
    LowPrice,
    Tie,
    Visited,
)
from sad.papers.schemas_award import AwardedLine, VatShare
from sad.papers.schemas_market import ActKind, Change, ClosedAct, DocumentItem, MarketLot
from sad.papers.schemas_system import GroupForm
from sad.papers.states import PaperKind
from tests.papers.content import Said, Shown, said

pytestmark = pytest.mark.xdist_group("papers_content")

K = PaperKind
AT = datetime(2026, 11, 3, 11, tzinfo=UTC)
HOSTILE = '#let x = $y$ ] "*_` @ref <a> \\ 👩‍🔧 ' + "mot" * 60
MEMBERS = [Structure(name="Atelier A", siret="1"), Structure(name="Atelier B", siret="2")]
CLOSED = [ClosedAct(act=act, received_at=AT, sha256="cd" * 32) for act in ActKind]
SHAPES: dict[PaperKind, dict[str, Any]] = {
    K.NOTICE_TEXT: {"opening_at": None, "closing_at": None, "first_candidatures_on": None},
    K.RULES: {
        "closing_at": None,
        "notice_support": "",
        "variants_allowed": None,
        "extension_days": 9,
    },
    K.TERMS: {"service_code": ""},
    K.DECLARATION: {"members": MEMBERS, "group_form": GroupForm.SOLIDARY, "reserve": HOSTILE},
    K.ADMISSION: {"members": MEMBERS, "closing_at": None, "appeal": "Recours gracieux."},
    K.REFUSAL: {"reasons": HOSTILE, "receipt": ""},
    K.INVITATION: {
        "lots": [MarketLot(number=1, title="Assises"), MarketLot(number=2, title="")],
        "changes": [Change(number=1, made_at=AT, text=HOSTILE, new_deadline_at=AT)],
        "documents": [DocumentItem(name="plan.pdf", sha256="ab" * 32)],
        "buyer_supplies": "Deux portes en chêne.",
        "social": "Heures d’insertion.",
    },
    K.DEPOSITS_REGISTER: {"closed": CLOSED, "answers": []},
    K.OPENING_MINUTES: {"closed": CLOSED, "anomalies": [OpeningAnomaly.CLOCK_DOUBT]},
    K.DECISION: {"rank": 2, "credits": None, "members": MEMBERS, "lot": 2, "lot_title": "Assises"},
    K.CONTRACT: {
        "signatory": None,
        "engagement_number": "",
        "by_rate": [VatShare(rate=Decimal("5.5"), ht=Money(1000), vat=Money(55))],
        "imputations": [],
        "advance_percent": 10,
    },
    K.ELECTED_NOTE: {"credits": None, "description": HOSTILE, "conditions": ""},
    K.ANALYSIS_REPORT: {
        "closed": CLOSED,
        "ties": [Tie(label="N1-01", suppliers=["A", "B"], rank=1)],
        "left": [LeftLine(label="N1-02", designation="Caisson", quantity=Decimal(4))],
        "visits": [Visited(supplier="A", held_on=date(2026, 11, 2), agents=["I", "C"], note="Vu.")],
        "low_prices": [
            LowPrice(
                supplier="A",
                screen="evaluation.low_second_lowest",
                price=Money(30_000),
                reference=Money(60_000),
                percent_below=Decimal(50),
                asked_at=AT,
                answer=HOSTILE,
                decision="Expliqué.",
            ),
            LowPrice(supplier="B", asked_at=AT),
        ],
        "verdicts": [
            JudgedOffer(supplier="A", verdict=Verdict.IRREGULAR, reasons="x", completion_due_at=AT),
            JudgedOffer(supplier="B", lot=2, verdict=Verdict.UNACCEPTABLE, reasons=HOSTILE),
        ],
    },
}
TOLD = {
    K.RULES: ["peut être allongé de 9 jours", "L’invitation dit si elles sont autorisées"],
    K.DECLARATION: ["solidaire : Atelier A (1), Atelier B (2)", "sous la réserve écrite plus bas"],
    K.INVITATION: ["Modification 1", "Lot 2", "plan.pdf", "Deux portes en chêne."],
    K.DEPOSITS_REGISTER: ["Réponse retirée avant la date limite", "Aucune réponse n’a été reçue"],
    K.OPENING_MINUTES: ["À signaler", "Réponse reçue trop tard, mise de côté"],
    K.DECISION: ["classée au rang 2, ", "Lot 2, Assises"],
    K.CONTRACT: ["donné par le service des finances", "TVA à 5,5 % sur 10,00 €", "10 % du montant"],
    K.ANALYSIS_REPORT: [
        "50 % sous la deuxième offre la plus basse (600,00 €)",
        "À départager, ligne N1-01 : A et B",
        "N1-02 Caisson, 4 : aucune offre ne les couvre.",
        "A, lundi 2 novembre 2026, par I et C : Vu.",
        "irrégulière",
    ],
}


@pytest.mark.parametrize("kind", SHAPES)
def test_every_shape_is_set(shown: Shown, kind: PaperKind) -> None:
    paper = reshaped(shown, kind, SHAPES[kind] | {"title": HOSTILE})
    assert [one for one in TOLD.get(kind, ()) if one not in paper.text] == []
    assert '#let x = $y$ ] "*_` @ref <a> \\ □' in paper.text, "what is typed is never markup"


def test_several_lots_keep_their_names(shown: Shown) -> None:
    facts = shown.facts(K.ANALYSIS_REPORT)
    assert isinstance(facts, AnalysisFacts)
    [lot] = facts.lots
    unranked = {"number": 2, "title": "Fauteuils", "groups": [], "common": []}
    lots = [lot, lot.model_copy(update=unranked | {"increase": Money(5_000)})]
    text = reshaped(shown, K.ANALYSIS_REPORT, {"lots": lots}).text
    assert "Lot 2, Fauteuils" in text and "Le classement n’est pas arrêté." in text
    assert "augmentés de 50,00 €" in text


def test_a_contract_of_many_lines_has_an_annex(shown: Shown) -> None:
    lines = [
        AwardedLine(
            label=f"L-{rank}",
            designation="Chaise",
            quantity=Decimal(1),
            rate=Decimal("5.5"),
            unit_price=Money(100),
            ht=Money(100),
        )
        for rank in range(60)
    ]
    pages = reshaped(shown, K.CONTRACT, {"lines": lines}).pages
    assert len(pages) == 4 and "6. Signatures" in pages[1] and "Annexe" in pages[2]
    assert "5,5 %" in pages[2] and "L-59" in pages[3]


def test_a_note_shows_the_logo_and_what_was_chosen(shown: Shown) -> None:
    facts = shown.facts(K.ELECTED_NOTE)
    pictures = Pictures(logo=jpeg("#1b4f8a"), shown=[Picture(jpeg("#8f3a1f"), 8, 6)])
    paper = paper_pdf(facts, pictures)
    [page] = PdfReader(io.BytesIO(paper)).pages
    assert len(page.images) == 2 and paper == paper_pdf(facts, pictures)
    bare = PdfReader(io.BytesIO(paper_pdf(facts))).pages
    assert [len(one.images) for one in bare] == [0]


def jpeg(colour: str) -> bytes:
    """A small image of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(out, "JPEG")
    return out.getvalue()


def reshaped(shown: Shown, kind: PaperKind, changes: dict[str, Any]) -> Said:
    """The same, some of them changed."""
    facts = shown.facts(kind).model_copy(update=changes)
    return said(facts, paper_pdf(facts))
