"""After the opening: verdicts, marks, ranking, then each act of the award, by who may do it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from sqlmodel import col, select

from app.demo.plans import Judged, Mark
from app.demo.stage import Stage
from sad.awards import service as awards
from sad.awards.papers import needed
from sad.awards.rows import awards_of, live
from sad.awards.schemas import DecisionInput, NotificationInput, PaperInput, SignatureInput
from sad.awards.states import Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation import service as evaluation
from sad.evaluation.schemas import JudgeInput, ScoreInput
from sad.evaluation.scorers import evaluators
from sad.evaluation.states import Verdict
from sad.kernel.money import Money
from sad.markets.rows import criteria_of
from sad.offers.opening import open_offers
from sad.offers.tables import Offer

REASONS = (
    "L'offre retenue est la mieux classée au regard des critères annoncés : prix, état et "
    "adéquation, environnement, délai."
)
CEILING = Money.parse("10 000")
SECOND_OPINION = "Même constat à la lecture des photos, un peu plus favorable."
VALID = timedelta(days=170)
JUDGED = ("quality", "environment", "delay")


def opened(stage: Stage, name: str, who: str = "buyer") -> None:
    """Opens the answers."""
    with stage.act(who) as work:
        open_offers(work, stage.markets[name])


def named(stage: Stage, name: str, *parts: str) -> None:
    """Names the evaluators of a market."""
    with stage.act("officer") as work:
        for part in parts:
            person = stage.actors[part].person_id
            if person is not None:
                evaluation.assign(work, stage.markets[name], person)


def regular(stage: Stage, name: str, suppliers: Sequence[str]) -> None:
    """These offers are regular."""
    with stage.act("buyer") as work:
        for supplier in suppliers:
            offer = _offer(stage, work, name, supplier)
            evaluation.judge(work, offer.id, JudgeInput(verdict=Verdict.REGULAR))


def scored(
    stage: Stage, name: str, judged: Sequence[Judged], who: str = "evaluator", shift: int = 0
) -> None:
    """An evaluator's marks with their reasons; `shift` makes a second opinion of them.

    A family cut into several criteria is marked around the mark said for the whole of it.
    """
    with stage.act(who) as work:
        asked = [row for row in criteria_of(work, stage.market(work, name)) if row.family in JUDGED]
        for one in judged:
            offer = _offer(stage, work, name, one.supplier)
            for row in asked:
                mark: Mark = getattr(one, row.family)
                given = _score(mark, shift + row.position % 3 - 1)
                if shift:
                    given.reason = SECOND_OPINION
                evaluation.put_score(work, offer.id, row.id, given)


def given(stage: Stage, name: str, *parts: str) -> None:
    """These evaluators hand their marks in."""
    for part in parts:
        with stage.act(part) as work:
            evaluation.give(work, stage.markets[name])


def closed(stage: Stage, name: str) -> None:
    """Freezes the ranking, several evaluators' marks being put together first."""
    with stage.act("buyer") as work:
        if len(evaluators(work, stage.market(work, name))) > 1:
            evaluation.consolidate(work, stage.markets[name])
        evaluation.close(work, stage.markets[name])


def proposed(stage: Stage, name: str) -> None:
    """Proposes the best ranked, whose papers are asked."""
    with stage.act("buyer") as work:
        awards.propose(work, stage.markets[name])


def papers(stage: Stage, name: str) -> None:
    """The papers came, and were checked."""
    with stage.act("buyer") as work:
        for award in _awards(stage, work, name):
            for kind in needed(award):
                awards.record_paper(work, award.id, _paper(work, kind))


def decided(stage: Stage, name: str, reasons: str = REASONS) -> None:
    """The decision: rejection letters leave."""
    with stage.act("officer") as work:
        total = sum(award.ht_cents for award in _awards(stage, work, name))
        delegation = stage.delegations["director" if total <= CEILING.cents else "vice_president"]
        awards.decide(
            work, stage.markets[name], DecisionInput(delegation_id=delegation, reasons=reasons)
        )


def signed(stage: Stage, name: str) -> None:
    """Each winner's acte d'engagement, with the finance engagement number."""
    with stage.act("officer") as work:
        for place, award in enumerate(_awards(stage, work, name), start=1):
            number = f"E{work.today:%y}-{work.today:%m%d}{place:02d}"
            given = SignatureInput(
                delegation_id=stage.delegations["vice_president"],
                engagement_number=number,
                supplier_signed_on=stage.days.calendar.next_working(work.today - timedelta(days=4)),
                signed_on=work.today,
                paper_kept=True,
            )
            awards.sign(work, award.id, given)


def notified(stage: Stage, name: str) -> None:
    """The contract takes effect."""
    with stage.act("officer") as work:
        for award in _awards(stage, work, name):
            given = NotificationInput(
                delegation_id=stage.delegations["vice_president"],
                place_code="22278",
                duration_months=3,
            )
            awards.notify(work, award.id, given)


def _score(mark: Mark, shift: int) -> ScoreInput:
    value = min(Decimal(20), max(Decimal(0), Decimal(mark.value) + shift))
    return ScoreInput(value=value, reason=mark.reason)


def _offer(stage: Stage, work: Work, name: str, supplier: str) -> Offer:
    query = select(Offer).where(
        col(Offer.organisation_id) == work.organisation_id,
        col(Offer.market_id) == stage.markets[name],
        col(Offer.supplier_id) == stage.actors[supplier].supplier_id,
    )
    return work.session.exec(query).one()


def _awards(stage: Stage, work: Work, name: str) -> list[Award]:
    return live(awards_of(work, stage.market(work, name)))


def _paper(work: Work, kind: Paper) -> PaperInput:
    expires = {Paper.VIGILANCE_CERTIFICATE, Paper.TAX_CERTIFICATE, Paper.INSURANCE}
    return PaperInput(
        kind=kind,
        reference=f"{kind.value[:3].upper()}-{work.today:%Y%m%d}",
        expires_on=work.today + VALID if kind in expires else None,
    )
