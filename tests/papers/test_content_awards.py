"""The figures of a decision, an acte d'engagement and a note, from a ranked market (P1, P3)."""

import pytest

from app.rendering.papers import dressed, paper_pdf
from sad.db.work import Work
from sad.kernel.money import Money
from sad.papers.builders import facts_of
from sad.papers.rules import NotYet
from sad.papers.schemas_analysis import AnalysisFacts
from sad.papers.schemas_award import (
    ContractFacts,
    DecisionFacts,
    ElectedNoteFacts,
)
from sad.papers.states import PaperKind
from tests.awards.steps import decide, propose
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.papers.content import said
from tests.support.cast import Cast

K = PaperKind


def test_a_contract_of_a_franchise_adds_no_vat(work: OpenWork, cast: Cast, ranked: Scene) -> None:
    with work(cast.actor("officer")) as w:
        [award] = propose(w, cast, ranked)
        for kind in (K.DECISION, K.CONTRACT):
            with pytest.raises(NotYet):
                facts_of(w, kind, award.id)
        with pytest.raises(NotYet):
            facts_of(w, K.ELECTED_NOTE, ranked.market_id)
        decide(w, cast, ranked)
        contract = facts_of(w, K.CONTRACT, award.id)
        decision = facts_of(w, K.DECISION, award.id)
        note = facts_of(w, K.ELECTED_NOTE, ranked.market_id)
    assert isinstance(contract, ContractFacts) and isinstance(decision, DecisionFacts)
    assert (contract.vat, contract.by_rate, contract.payable) == (Money(0), [], Money(320_000))
    assert contract.engagement_number == "" and contract.signed_at is None
    text = said(contract, paper_pdf(contract)).text
    assert "TVA (franchise en base de TVA" in text and "Signé le" not in text
    assert (decision.offers, decision.ranked, decision.rank) == (3, 3, 1)
    assert "Vu la délégation n°" in said(decision, paper_pdf(decision)).text
    assert isinstance(note, ElectedNoteFacts) and note.ranked == 3


def test_the_report_before_and_after_the_proposal(
    work: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        before = _report(w, ranked)
        propose(w, cast, ranked)
        after = _report(w, ranked)
    assert [one.supplier for one in before.awards] == [one.supplier for one in after.awards]
    [lot] = after.lots
    [group] = lot.groups
    assert [offer.rank for offer in group.offers] == [1, 2, 3]
    assert [offer.price for offer in group.offers] == [
        Money(320_000),
        Money(360_000),
        Money(480_000),
    ]
    first = dressed(after)["lots"][0]["groups"][0]["offers"][0]
    assert first["marks"][0]["figures"] == "40 × 3\u202f200,00\xa0€ ÷ 3\u202f200,00\xa0€ = 40,00"


def _report(work: Work, scene: Scene) -> AnalysisFacts:
    facts = facts_of(work, K.ANALYSIS_REPORT, scene.market_id)
    assert isinstance(facts, AnalysisFacts)
    return facts
