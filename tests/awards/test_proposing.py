"""Who may be proposed, the papers asked, the next ranked, the credits (acceptance 47, 49)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from sad.awards import service
from sad.awards.leaving import AgreementLater, PapersComplete, PapersRunning, StillBound
from sad.awards.schemas import (
    PaperInput,
    ProposalInput,
)
from sad.awards.states import Cause, Paper
from sad.evaluation import service as evaluation
from sad.evaluation.schemas import IncreaseInput
from sad.evaluation.states import Verdict
from sad.kernel.actor import ENGINE
from sad.kernel.errors import Incomplete, Refusal
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from tests.awards.steps import (
    codes,
    decide,
    letters,
    propose,
)
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Scene, make_scene, papers
from tests.evaluation.steps import MARKS, close_all, judge, judge_all, score_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock


def test_nothing_is_proposed_before_the_opening_nor_before_the_closing(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, state="launched")
    data = ProposalInput(offers=[scene.offers["birch"]])
    for given in (data, ProposalInput()):
        with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
            service.propose(w, scene.market_id, given)
        assert codes(refused) == {"awards.not_opened"}
    with work(ENGINE) as w:
        market = w.locate(SpecificMarket, scene.market_id)
        market.state, market.opened_at = "opened", w.now
        w.add(market)
    for given in (data, ProposalInput()):
        with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
            service.propose(w, scene.market_id, given)
        assert "awards.evaluation_open" in codes(refused)


def test_an_offer_of_another_market_is_not_proposed(
    work: OpenWork, cast: Cast, ranked: Scene
) -> None:
    for wrong in (uuid4(), ranked.lines[0]):
        with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
            service.propose(w, ranked.market_id, ProposalInput(offers=[wrong]))
        assert codes(refused) == {"awards.not_of_market"}


def test_an_eliminated_or_a_worse_offer_is_not_proposed(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast)
        judge_all(w, scene, "birch", "cedar")
        judge(w, scene, "alder", Verdict.IRREGULAR)
        score_all(w, cast, scene, MARKS, "alder")
        evaluation.close(w, scene.market_id)
    for part, code in (("alder", "awards.offer_eliminated"), ("cedar", "awards.better_ranked")):
        with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
            service.propose(w, scene.market_id, ProposalInput(offers=[scene.offers[part]]))
        assert code in codes(refused)


def test_twice_proposed_is_refused(work: OpenWork, cast: Cast, ranked: Scene) -> None:
    with work(cast.actor("buyer")) as w:
        propose(w, cast, ranked)
    for given in (ProposalInput(), ProposalInput(offers=[ranked.offers["birch"]])):
        with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
            service.propose(w, ranked.market_id, given)
        assert codes(refused) == {"awards.already_awarded"}


def test_an_offer_no_longer_bound_needs_its_written_agreement(
    work: OpenWork, cast: Cast, ranked: Scene, clock: FixedClock
) -> None:
    clock.set(OPENED + timedelta(days=40))
    with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
        service.propose(w, ranked.market_id)
    assert codes(refused) == {"awards.offer_lapsed"}
    with work(cast.actor("buyer")) as w:
        service.propose(w, ranked.market_id, ProposalInput(agreed_on=w.today))


def test_papers_are_asked_of_the_winner_only_and_serve_again(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("buyer")) as w:
        (award,) = service.propose(w, ranked.market_id)
        assert award.papers_due_on == date(2026, 9, 25)
        assert award.papers["needed"] == [
            "tax_certificate",
            "registration",
            "bank_details",
            "signatory_power",
        ]
    assert letters(read) == [("papers_request", "Atelier birch")]
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
    assert codes(refused) == {"awards.paper_missing"}
    with work(cast.actor("buyer")) as w:
        for kind in (Paper.TAX_CERTIFICATE, Paper.REGISTRATION, Paper.BANK_DETAILS):
            service.record_paper(w, award.id, PaperInput(kind=kind))
        expired = PaperInput(kind=Paper.SIGNATORY_POWER, expires_on=w.today - timedelta(days=1))
        with pytest.raises(Refusal):
            service.record_paper(w, award.id, expired)
        service.record_paper(w, award.id, PaperInput(kind=Paper.SIGNATORY_POWER))
    with work(cast.actor("officer")) as w:
        decide(w, cast, ranked)


def test_the_next_ranked_is_asked_when_papers_do_not_come(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene, clock: FixedClock
) -> None:
    with work(cast.actor("buyer")) as w:
        (award,) = service.propose(w, ranked.market_id)
    with pytest.raises(PapersRunning), work(cast.actor("buyer")) as w:
        service.replace(w, award.id, "Aucune réponse.")
    clock.advance(days=9)
    with work(cast.actor("buyer")) as w:
        (next_one,) = service.replace(w, award.id, "Aucune réponse.")
        assert next_one.offer_id == ranked.offers["alder"]
        papers(w, cast, "alder")
    assert letters(read) == [
        ("papers_request", "Atelier alder"),
        ("papers_request", "Atelier birch"),
        ("rejection", "Atelier birch"),
    ]
    with pytest.raises(PapersComplete), work(cast.actor("buyer")) as w:
        service.replace(w, next_one.id, "Pour voir.")
    with work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
    assert [name for kind, name in letters(read) if kind == "rejection"] == [
        "Atelier birch",
        "Atelier cedar",
    ]


def test_an_award_above_the_credits_is_refused(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, credits={1: 310_000})
        close_all(w, cast, scene)
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        propose(w, cast, scene)
    assert codes(refused) == {"awards.above_credits"}
    with work(cast.actor("officer")) as w:
        data = IncreaseInput(amount=Money(10_000), reason="Décision du bureau.")
        evaluation.record_increase(w, scene.market_id, data)
        propose(w, cast, scene)


def test_who_cannot_perform_any_more_leaves_its_place_at_once(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("buyer")) as w:
        (award,) = propose(w, cast, ranked)
    with pytest.raises(StillBound), work(cast.actor("buyer")) as w:
        service.replace(w, award.id, "N'en veut plus.", cause=Cause.DECLINED)
    with work(cast.actor("buyer")) as w:
        (next_one,) = service.replace(w, award.id, "Atelier incendié.", cause=Cause.UNABLE)
        assert next_one.offer_id == ranked.offers["alder"]
    assert letters(read) == [("rejection", "Atelier birch")]


def test_who_does_not_extend_an_offer_leaves_its_place(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene, clock: FixedClock
) -> None:
    given = {"declined": [ranked.offers["birch"]], "declined_reason": "Pièces vendues."}
    with pytest.raises(StillBound), work(cast.actor("buyer")) as w:
        service.propose(w, ranked.market_id, ProposalInput.model_validate(given))
    clock.set(OPENED + timedelta(days=40))
    with work(cast.actor("buyer")) as w:
        papers(w, cast, "alder", "cedar")
    unsaid = ProposalInput.model_validate(given | {"declined_reason": " "})
    unsigned = ProposalInput.model_validate(given)  # alder, asked next, is no longer bound either
    for data in (unsaid, unsigned):
        with pytest.raises(Refusal), work(cast.actor("buyer")) as w:
            service.propose(w, ranked.market_id, data)
    assert letters(read) == []
    later = ProposalInput.model_validate(given | {"agreed_on": date(2026, 10, 28)})
    with pytest.raises(AgreementLater), work(cast.actor("buyer")) as w:
        service.propose(w, ranked.market_id, later)
    with work(cast.actor("buyer")) as w:
        data = ProposalInput.model_validate(given | {"agreed_on": w.today})
        (award,) = service.propose(w, ranked.market_id, data)
        assert award.offer_id == ranked.offers["alder"]
    assert letters(read) == [("rejection", "Atelier birch")]
    with work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
    assert [name for kind, name in letters(read) if kind == "rejection"] == [
        "Atelier birch",
        "Atelier cedar",
    ]
