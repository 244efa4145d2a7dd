"""The evaluation's commands: close, reopen, increase credits. Others are gathered here by name."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.db.work import Work
from sad.evaluation.admissibility import (
    answer_letter,
    ask_completion,
    ask_low_price,
    decide_low_price,
    judge,
    record_completion,
    record_low_price_answer,
)
from sad.evaluation.file import File, load
from sad.evaluation.letters import mark_read
from sad.evaluation.ranking import digest, entries_of, problems, rank
from sad.evaluation.rules import (
    IncreaseTooLate,
    IncreaseUndone,
    LotMissing,
    NoneLeft,
    NotOpened,
    ReopenReasonMissing,
)
from sad.evaluation.schemas import IncreaseInput
from sad.evaluation.scorers import assign, evaluators, hand_back, unassign
from sad.evaluation.scores import (
    check_all_given,
    consolidate,
    give,
    put_all_consolidated,
    put_consolidated,
    put_score,
    put_scores,
    standing,
    write_means,
)
from sad.evaluation.states import Verdict
from sad.evaluation.tables import Ranking
from sad.funding import service as funding
from sad.funding.tables import FundingLine, Movement
from sad.kernel.errors import Incomplete
from sad.kernel.money import Money, half_up
from sad.kernel.moves import move
from sad.markets.rows import chain_of
from sad.markets.states import MOVES, MarketState
from sad.markets.tables import Lot, SpecificMarket

__all__ = [
    "answer_letter",
    "ask_completion",
    "ask_low_price",
    "assign",
    "close",
    "consolidate",
    "decide_low_price",
    "give",
    "hand_back",
    "judge",
    "mark_read",
    "put_all_consolidated",
    "put_consolidated",
    "put_score",
    "put_scores",
    "record_completion",
    "record_increase",
    "record_low_price_answer",
    "reopen",
    "unassign",
    "undo_increase",
]

INCREASABLE = frozenset({MarketState.OPENED, MarketState.RANKED, MarketState.PROPOSED})


def close(work: Work, market_id: UUID) -> list[Ranking]:
    """Freezes the ranking of each lot, with its hash in the journal (EX-11 R2152-6, P13).

    A single evaluator's values are taken as they are; several are consolidated first. Raises
    Incomplete with all that is missing, ScoresMissing, NotHandedIn, NoneLeft when every offer is
    out, NotOpened.
    """
    require(work, Permission.CLOSE_EVALUATION)
    file = load(work, work.organisation_id, market_id, lock=True)
    if file.market.state != MarketState.OPENED:
        raise NotOpened()
    named = len(evaluators(work, file.market))
    if named > 1:
        check_all_given(work, file)
    if named == 1:
        write_means(work, file)
    values = entries_of(file, standing(work, file.market))
    found = problems(file, values, work.now)
    if found:
        raise Incomplete(found)
    if not file.still_in():
        raise NoneLeft()
    rankings = [_freeze(work, file, lot, rank(file, lot, values)) for lot in file.lots]
    market = file.market
    market.state = move(MOVES, MarketState(market.state), MarketState.RANKED)
    market.version += 1
    work.add(market)
    after = {"lots": [[row.lot_number, row.result_sha256] for row in rankings]}
    record(work, chain_of(market), "evaluation.closed", market.id, after=after)
    return rankings


def reopen(work: Work, market_id: UUID, reason: str) -> SpecificMarket:
    """Takes the evaluation up again before any proposal; the old ranking stays readable."""
    require(work, Permission.CLOSE_EVALUATION)
    if not reason.strip():
        raise ReopenReasonMissing(where="reason")
    market = work.get(SpecificMarket, market_id, lock=True)
    market.state = move(MOVES, MarketState(market.state), MarketState.OPENED)
    market.version += 1
    work.add(market)
    for row in rankings_of(work, market):
        row.reopened_at, row.reopened_reason = work.now, reason.strip()
        work.add(row)
    details = {"reason": reason.strip()}
    record(work, chain_of(market), "evaluation.reopened", market.id, details=details)
    return market


def rankings_of(work: Work, market: SpecificMarket) -> list[Ranking]:
    """The rankings in force, one a lot; none while the evaluation is open."""
    query = (
        select(Ranking)
        .where(
            col(Ranking.organisation_id) == market.organisation_id,
            col(Ranking.market_id) == market.id,
            col(Ranking.reopened_at).is_(None),
        )
        .order_by(col(Ranking.lot_number))
    )
    return list(work.session.exec(query))


def record_increase(work: Work, market_id: UUID, data: IncreaseInput) -> Lot:
    """More credits on a lot, reserved at once, before any elimination on that ground in it (P6).

    Raises IncreaseTooLate, LineExceeded, EnvelopeExceeded, NotOpened after the decision.
    """
    require(work, Permission.MANAGE_FUNDING)
    file = load(work, work.organisation_id, market_id, lock=True)
    lot = _increasable(file, data.lot_number)
    if _eliminated_on_credits(file, lot):
        raise IncreaseTooLate(lot=str(lot.number))
    if lot.funding_line_id is None or lot.envelope_id is None:
        raise LotMissing(where="lot_number")
    ht, ttc = _both(work, lot, data.amount)
    movement = funding.reserve(
        work,
        funding_line_id=lot.funding_line_id,
        envelope_id=lot.envelope_id,
        ht=ht,
        ttc=ttc,
        market_id=market_id,
        cause=_next_increase(work, file, lot),
    )
    before = {"increase_cents": lot.increase_cents}
    lot.increase_cents += data.amount.cents
    lot.increased_at = work.now
    work.add(lot)
    record(
        work,
        chain_of(file.market),
        "evaluation.credits_increased",
        market_id,
        before=before,
        after={
            "lot": lot.number,
            "increase_cents": lot.increase_cents,
            "movement": str(movement.id),
        },
        details={"reason": data.reason},
    )
    return lot


def undo_increase(work: Work, market_id: UUID, lot_number: int, reason: str) -> Lot:
    """Gives back the last increase of a lot by a new movement; both stay (acceptance 49)."""
    require(work, Permission.MANAGE_FUNDING)
    file = load(work, work.organisation_id, market_id, lock=True)
    lot = _increasable(file, lot_number)
    prefix = _increases(market_id, lot)
    mine = [
        row
        for row in funding.open_reservations(work, lot.organisation_id, market_id)
        if row.cause.startswith(prefix)
    ]
    if not mine:
        raise IncreaseUndone()
    if _eliminated_on_credits(file, lot):
        raise IncreaseTooLate(lot=str(lot.number))
    last: Movement = max(mine, key=lambda row: row.seq)
    given_back = funding.release(work, last, f"undo:{last.id}", reason)
    lot.increase_cents += last.line_cents
    lot.increased_at = lot.increased_at if lot.increase_cents else None
    work.add(lot)
    after = {"lot": lot.number, "movement": str(given_back.id), "reverses": str(last.id)}
    details = {"reason": reason}
    record(
        work,
        chain_of(file.market),
        "evaluation.increase_undone",
        market_id,
        after=after,
        details=details,
    )
    return lot


def _freeze(work: Work, file: File, lot: Lot, result: dict[str, Any]) -> Ranking:
    return work.add(
        Ranking(
            organisation_id=file.organisation_id,
            market_id=file.market.id,
            lot_number=lot.number,
            result=result,
            result_sha256=digest(result),
            closed_at=work.now,
            closed_by=work.actor.person_id,
        )
    )


def _increasable(file: File, number: int) -> Lot:
    if file.market.state not in INCREASABLE:
        raise NotOpened()
    lot = file.lot(number)
    if lot is None or lot.credits_cents is None:
        raise LotMissing(where="lot_number")
    return lot


def _eliminated_on_credits(file: File, lot: Lot) -> bool:
    """Whether an offer was ever found above the credits in this lot, even if that changed since."""
    return any(
        judgement.verdict == Verdict.UNACCEPTABLE and judgement.lot_number == lot.number
        for made in file.judgements.values()
        for judgement in made
    )


def _increases(market_id: UUID, lot: Lot) -> str:
    """How the causes of a lot's increases start."""
    return f"market:{market_id}:increase:{lot.number}:"


def _next_increase(work: Work, file: File, lot: Lot) -> str:
    prefix = _increases(file.market.id, lot)
    made = select(func.count()).where(
        col(Movement.organisation_id) == file.organisation_id,
        col(Movement.cause).startswith(prefix),
    )
    return f"{prefix}{work.session.exec(made).one() + 1}"


def _both(work: Work, lot: Lot, amount: Money) -> tuple[Money, Money]:
    """The increase excluding and including tax, in the proportion of the lot's first credits."""
    if lot.funding_line_id is None:
        return amount, amount
    line = work.get(FundingLine, lot.funding_line_id)
    if line.basis == "ht" or not lot.credits_cents or not lot.credits_ht_cents:
        return amount, amount
    ratio = Decimal(lot.credits_ht_cents) / Decimal(lot.credits_cents)
    return Money(int(half_up(amount.cents * ratio, 0))), amount
