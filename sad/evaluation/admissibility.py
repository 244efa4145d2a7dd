"""Which offers are compared: verdicts, the one request of completion, prices too low to explain.

Nothing here is automatic: a screen shows, a person asks and decides, with reasons (EX-06).
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require, require_supplier
from sad.audit.service import record
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Candidature
from sad.db.work import Work
from sad.evaluation import file as files
from sad.evaluation.file import File
from sad.evaluation.letters import issue
from sad.evaluation.rules import (
    CompletionOnce,
    LotMissing,
    LowPriceAsked,
    NothingAsked,
    NotOpened,
    OfferUnreadable,
    SubstantialChange,
    check_answer,
    check_due,
    check_low_price,
    check_reasons,
    check_unacceptable,
)
from sad.evaluation.schemas import (
    CompletionAnswer,
    CompletionInput,
    JudgeInput,
    LowPriceDecision,
    LowPriceQuestion,
)
from sad.evaluation.states import LetterKind, Verdict
from sad.evaluation.tables import Judgement, Letter
from sad.frames.cells import read_cell, stored
from sad.frames.vocabulary import Role
from sad.kernel.canonical import instant
from sad.kernel.errors import Incomplete, NotFound, Problem
from sad.markets.rows import chain_of
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer, OfferLine

SUBSTANTIAL = frozenset(
    {
        Role.PROPOSED,
        Role.AVAILABLE,
        Role.SLICES,
        Role.QUANTITY,
        Role.UNIT_PRICE,
        Role.UNIT_PRICE_TTC,
        Role.DELIVERY_PRICE,
        Role.LINE_TOTAL,
        Role.VAT_RATE,
        Role.ECO_CONTRIBUTION,
    }
)
"""Columns a completion never touches: prices and quantities (EX-10)."""


def judge(work: Work, offer_id: UUID, data: JudgeInput) -> Offer:
    """Says what an offer is, with reasons; a later verdict replaces it, and both stay.

    Raises WithinCredits, LowPriceFirst, VerdictReasonMissing, OfferUnreadable, NotOpened.
    """
    require(work, Permission.JUDGE_ADMISSIBILITY)
    file, offer = opened(work, offer_id)
    verdict = Verdict(data.verdict)
    withdrawn = admission_withdrawn(work, file.market, offer)
    check_reasons(verdict, data.reasons, admission_withdrawn=withdrawn)
    if verdict is Verdict.REGULAR and offer.state == "unreadable":
        raise OfferUnreadable(where="verdict")
    lot = _unacceptable_in(file, offer, data) if verdict is Verdict.UNACCEPTABLE else None
    if verdict is Verdict.ABNORMALLY_LOW:
        answered = bool(offer.low_price_answer)
        check_low_price(offer.low_price_asked_at, offer.low_price_due_at, answered, work.now)
        offer.low_price_decision = data.reasons
    return _write(work, file, offer, verdict, data.reasons, lot)


def ask_completion(work: Work, market_id: UUID, data: CompletionInput) -> list[Letter]:
    """Asks every irregular tenderer to complete its offer, once, with the same delay (EX-10).

    R2152-2: those abnormally low are not among them. Raises CompletionOnce, NothingAsked, or
    Incomplete naming the offers still without verdict or without request.
    """
    require(work, Permission.JUDGE_ADMISSIBILITY)
    file = _open_file(work, work.organisation_id, market_id)
    check_due(data.due_at, work.now)
    if any(offer.completion_asked_at for offer in file.offers):
        raise CompletionOnce()
    irregular = [offer for offer in file.offers if offer.verdict == Verdict.IRREGULAR]
    if not irregular:
        raise NothingAsked()
    problems = [*_pending(file), *_unasked(irregular, data)]
    if problems:
        raise Incomplete(problems)
    letters = []
    for offer in irregular:
        offer.completion_asked_at, offer.completion_due_at = work.now, data.due_at
        offer.version += 1
        work.add(offer)
        facts = {"text": data.requests[offer.id], "due_at": instant(data.due_at)}
        letter = issue(work, file.market, offer.supplier_id, LetterKind.COMPLETION_REQUEST, facts)
        letters.append(letter)
    record(
        work,
        chain_of(file.market),
        "evaluation.completion_asked",
        market_id,
        after={
            "offers": sorted(str(offer.id) for offer in irregular),
            "due_at": instant(data.due_at),
        },
    )
    return letters


def record_completion(work: Work, offer_id: UUID, data: CompletionAnswer) -> Offer:
    """Writes what an irregular tenderer answered; the offer is then judged again.

    Only cells left empty are filled, never a price nor a quantity. Raises SubstantialChange,
    AnswerLate, AnswerGiven, NothingAsked, CellRefused.
    """
    require(work, Permission.JUDGE_ADMISSIBILITY)
    file, offer = opened(work, offer_id)
    filled = _fill(work, file, offer, data)
    received_at = data.received_at or work.now
    return _completed(work, file.market, offer, data.answer, received_at, filled)


def answer_letter(work: Work, letter_id: UUID, answer: str) -> Letter:
    """A supplier answers a request of completion or a question about its price, in time, once."""
    supplier_id = require_supplier(work)
    letter = work.locate(Letter, letter_id)
    if letter.supplier_id != supplier_id:
        raise NotFound()
    market = work.get_in(SpecificMarket, letter.organisation_id, letter.market_id, lock=True)
    _check_opened(market)
    offer = work.session.exec(
        select(Offer).where(
            col(Offer.organisation_id) == letter.organisation_id,
            col(Offer.market_id) == letter.market_id,
            col(Offer.supplier_id) == supplier_id,
        )
    ).first()
    if offer is None:
        raise NotFound()
    if letter.kind == LetterKind.COMPLETION_REQUEST:
        _completed(work, market, offer, answer, work.now, {})
    elif letter.kind == LetterKind.LOW_PRICE_QUESTION:
        _explained(work, market, offer, answer)
    else:
        raise NothingAsked()
    return letter


def ask_low_price(work: Work, offer_id: UUID, data: LowPriceQuestion) -> Letter:
    """Asks a tenderer to explain its price (EX-06 L2152-6), in writing, with a delay."""
    require(work, Permission.JUDGE_ADMISSIBILITY)
    file, offer = opened(work, offer_id)
    check_due(data.due_at, work.now)
    if offer.low_price_asked_at is not None:
        raise LowPriceAsked()
    offer.low_price_asked_at, offer.low_price_due_at = work.now, data.due_at
    offer.version += 1
    work.add(offer)
    after = {"due_at": instant(data.due_at)}
    record(work, chain_of(file.market), "evaluation.low_price_asked", offer.id, after=after)
    facts = {"text": data.question, "due_at": instant(data.due_at)}
    return issue(work, file.market, offer.supplier_id, LetterKind.LOW_PRICE_QUESTION, facts)


def record_low_price_answer(work: Work, offer_id: UUID, answer: str) -> Offer:
    """Writes the explanation received otherwise than on the page."""
    require(work, Permission.JUDGE_ADMISSIBILITY)
    file, offer = opened(work, offer_id)
    return _explained(work, file.market, offer, answer)


def decide_low_price(work: Work, offer_id: UUID, data: LowPriceDecision) -> Offer:
    """After the answer or its delay: the price is explained, or the offer is out (EX-08)."""
    require(work, Permission.JUDGE_ADMISSIBILITY)
    file, offer = opened(work, offer_id)
    answered = bool(offer.low_price_answer)
    check_low_price(offer.low_price_asked_at, offer.low_price_due_at, answered, work.now)
    offer.low_price_decision = data.reasons
    if data.abnormal:
        return _write(work, file, offer, Verdict.ABNORMALLY_LOW, data.reasons, None)
    offer.version += 1
    work.add(offer)
    details = {"reasons": data.reasons}
    record(work, chain_of(file.market), "evaluation.low_price_accepted", offer.id, details=details)
    return offer


def opened(work: Work, offer_id: UUID) -> tuple[File, Offer]:
    """The file of an offer of the actor's organisation, its market locked and being evaluated."""
    found = work.get(Offer, offer_id)
    file = _open_file(work, found.organisation_id, found.market_id)
    offer = file.offer(offer_id)
    if offer is None:
        raise NotFound()
    return file, offer


def admission_withdrawn(work: Work, market: SpecificMarket, offer: Offer) -> bool:
    """Whether the applicant lost its admission since it answered: the buyer then decides."""
    query = select(Candidature.state).where(
        col(Candidature.organisation_id) == market.organisation_id,
        col(Candidature.category_id) == market.category_id,
        col(Candidature.applicant_id) == offer.applicant_id,
        col(Candidature.state).in_(
            [CandidatureState.ADMITTED, CandidatureState.ADMISSION_WITHDRAWN]
        ),
    )
    states = set(work.session.exec(query))
    return (
        CandidatureState.ADMISSION_WITHDRAWN in states and CandidatureState.ADMITTED not in states
    )


def _open_file(work: Work, organisation_id: UUID, market_id: UUID) -> File:
    file = files.load(work, organisation_id, market_id, lock=True)
    _check_opened(file.market)
    return file


def _check_opened(market: SpecificMarket) -> None:
    if market.state != MarketState.OPENED:
        raise NotOpened()


def _unacceptable_in(file: File, offer: Offer, data: JudgeInput) -> int:
    """The lot whose credits the offer exceeds."""
    number = data.lot_number
    if number is None:
        if len(file.lots) > 1:
            raise LotMissing(where="lot_number")
        number = file.lots[0].number
    lot = file.lot(number)
    if lot is None:
        raise LotMissing(where="lot_number")
    check_unacceptable(file.least(offer, number), file.credits(lot), by_line=file.by_line)
    return number


def _write(
    work: Work, file: File, offer: Offer, verdict: Verdict, reasons: str, lot: int | None
) -> Offer:
    """The judgement, then what the offer's own row says: out only when out of every lot."""
    before = offer.verdict
    made = file.judgements.get(offer.id, ())
    judgement = work.add(
        Judgement(
            organisation_id=offer.organisation_id,
            market_id=offer.market_id,
            offer_id=offer.id,
            seq=len(made) + 1,
            lot_number=lot,
            verdict=verdict,
            reasons=reasons,
            judged_at=work.now,
            judged_by=work.actor.person_id,
        )
    )
    if lot is not None and _elsewhere(file, offer, lot):
        offer.verdict = Verdict.REGULAR
    else:
        offer.verdict, offer.verdict_reasons = verdict, reasons
    offer.verdict_at, offer.verdict_by = work.now, work.actor.person_id
    offer.version += 1
    work.add(offer)
    record(
        work,
        chain_of(file.market),
        f"evaluation.judged_{verdict.value}",
        offer.id,
        before={"verdict": before},
        after={"verdict": verdict.value, "lot": lot, "judgement": str(judgement.id)},
        details={"reasons": reasons} if reasons else None,
    )
    return offer


def _elsewhere(file: File, offer: Offer, lot: int) -> bool:
    """Whether the offer stays in another lot than this one."""
    return any(
        other.number != lot
        and file.in_lot(offer, other.number).lines
        and not file.out(offer, other.number)
        for other in file.lots
    )


def _pending(file: File) -> list[Problem]:
    return [
        Problem("evaluation.verdict_pending", str(offer.id), {"offer": offer.supplier_name})
        for offer in file.offers
        if offer.verdict == Verdict.PENDING
    ]


def _unasked(irregular: list[Offer], data: CompletionInput) -> list[Problem]:
    return [
        Problem("evaluation.completion_for_all", str(offer.id), {"offer": offer.supplier_name})
        for offer in irregular
        if offer.id not in data.requests
    ]


def _fill(
    work: Work, file: File, offer: Offer, data: CompletionAnswer
) -> dict[str, dict[str, str | int | bool | None]]:
    """Writes the cells; returns them by line id for the journal."""
    columns = {view.key: view.column for view in file.frame.supplier}
    labels = {line.id: line.label for line in file.frame.lines}
    filled: dict[str, dict[str, str | int | bool | None]] = {}
    for line_id, cells in data.lines.items():
        row: OfferLine | None = file.lines[offer.id].get(line_id)
        if row is None or line_id not in labels:
            raise SubstantialChange(cell=labels.get(line_id, str(line_id)))
        values = dict(row.values)
        for key, typed in cells.items():
            column = columns.get(key)
            was = values.get(key)
            if column is None or column.role in SUBSTANTIAL or was not in (None, ""):
                name = column.name if column else key
                raise SubstantialChange(cell=f"{name}, ligne {labels[line_id]}")
            values[key] = stored(read_cell(column, typed, labels[line_id]))
            filled.setdefault(str(line_id), {})[key] = stored(
                read_cell(column, typed, labels[line_id])
            )
        row.values = values
        work.add(row)
    return filled


def _completed(
    work: Work,
    market: SpecificMarket,
    offer: Offer,
    answer: str,
    received_at: datetime,
    filled: dict[str, dict[str, str | int | bool | None]],
) -> Offer:
    check_answer(
        offer.completion_asked_at,
        offer.completion_due_at,
        given=offer.completed_at is not None,
        text=answer,
        received_at=received_at,
    )
    offer.completion_text, offer.completed_at = answer.strip(), received_at
    offer.verdict, offer.verdict_reasons = Verdict.PENDING, ""  # to be judged again
    offer.version += 1
    work.add(offer)
    record(
        work,
        chain_of(market),
        "evaluation.completion_recorded",
        offer.id,
        after={
            "received_at": instant(received_at),
            "cells": {line: sorted(cells) for line, cells in filled.items()},
        },
        details={"answer": answer.strip(), "cells": filled},
    )
    return offer


def _explained(work: Work, market: SpecificMarket, offer: Offer, answer: str) -> Offer:
    check_answer(
        offer.low_price_asked_at,
        offer.low_price_due_at,
        given=bool(offer.low_price_answer),
        text=answer,
        received_at=work.now,
    )
    offer.low_price_answer = answer.strip()
    offer.version += 1
    work.add(offer)
    details = {"answer": answer.strip()}
    record(work, chain_of(market), "evaluation.low_price_answered", offer.id, details=details)
    return offer
