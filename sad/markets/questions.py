"""Questions of the invited: nobody but the asker's own page knows who asked; answers go to all.

The row, its event and the mails hold nothing of the asker: only a MAC that its own page recomputes.
"""

from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require, require_supplier
from sad.audit.service import append_now, record
from sad.db.work import Work
from sad.frames import queries as frames
from sad.kernel.actor import ANONYMOUS
from sad.kernel.calendar import paris_date
from sad.kernel.canonical import instant
from sad.kernel.errors import NotFound
from sad.kernel.ids import random_id
from sad.kernel.vault import mac
from sad.markets.amending import addendum
from sad.markets.rows import chain_of, invited_suppliers, watchers
from sad.markets.rules import (
    AlreadyAnswered,
    NotAPostponement,
    NotInvited,
    NotOpen,
    QuestionLineUnknown,
    QuestionsClosed,
    WishedTooSoon,
)
from sad.markets.schemas import AddendumInput, AnswerInput, GrantInput, QuestionInput
from sad.markets.states import MarketPhase, MarketState, phase_at
from sad.markets.tables import Invitation, Question, SpecificMarket
from sad.notifications.service import notify


def ask(work: Work, market_id: UUID, given: QuestionInput) -> Question:
    """A question, or a request for more time, from an invited supplier, until the limit (P19).

    The same words sent again while they wait are the same question: no act key is kept, which
    would name the asker. Raises NotInvited, NotOpen, QuestionsClosed, QuestionLineUnknown,
    WishedTooSoon.
    """
    supplier_id = require_supplier(work)
    market = work.locate(SpecificMarket, market_id)
    if not is_invited(work, market, supplier_id):
        raise NotInvited(reason="not_invited")
    _check_open(work, market)
    if market.questions_until is not None and work.now > market.questions_until:
        raise QuestionsClosed(until=market.questions_until)
    line_label = _line_label(work, market, given)
    _check_wished(market, given)
    if (same := _waiting(work, market, given, supplier_id)) is not None:
        return same
    question = Question(
        organisation_id=market.organisation_id,
        id=random_id(),
        market_id=market.id,
        kind=given.kind,
        line_position=given.line_position,
        line_label=line_label,
        wished_on=given.wished_on,
        asker_mac="",
        text=given.text,
        asked_at=work.now,
    )
    question.asker_mac = asker_mac(work, question.id, supplier_id)
    work.add(question)
    _journal_without_asker(work, market, question)
    notify(
        work,
        "market.question_asked",
        persons=watchers(work, market),
        facts={"number": market.number, "title": market.title, "kind": given.kind},
        link=f"/marches/{market.id}/questions",
        organisation_id=market.organisation_id,
    )
    return question


def answer(work: Work, question_id: UUID, given: AnswerInput) -> Question:
    """The answer, to all the invited at once, the question without its author (MS-13).

    To a request for more time it says no, and why. Raises AlreadyAnswered, NotOpen.
    """
    market, question = _unanswered(work, question_id)
    _write(work, question, given)
    record(
        work,
        chain_of(market),
        "market.question_answered",
        question.id,
        details={"question": question.public_text, "answer": question.answer},
    )
    notify(
        work,
        "market.question_answered",
        suppliers=invited_suppliers(work, market),
        facts={
            "number": market.number,
            "title": market.title,
            "kind": question.kind,
            "line": question.line_label,
            "question": question.public_text,
            "answer": question.answer,
        },
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
    )
    return question


def grant(work: Work, question_id: UUID, given: GrantInput) -> Question:
    """More time for all: an addendum moves the deadline and tells everybody, in one act.

    Raises AlreadyAnswered, NotAPostponement, NotOpen, DeadlineNotLater.
    """
    market, question = _unanswered(work, question_id)
    if question.kind != "postponement":
        raise NotAPostponement()
    change = AddendumInput(text=given.answer, new_deadline_at=given.new_deadline_at)
    addendum(work, market.id, change)
    _write(work, question, given)
    question.granted_until = given.new_deadline_at
    record(
        work,
        chain_of(market),
        "market.postponement_granted",
        question.id,
        after={"deadline_at": instant(given.new_deadline_at)},
        details={"question": question.public_text, "answer": question.answer},
    )
    return question


def _unanswered(work: Work, question_id: UUID) -> tuple[SpecificMarket, Question]:
    require(work, Permission.ANSWER_QUESTION)
    market_id = work.get(Question, question_id).market_id
    market = work.get(SpecificMarket, market_id, lock=True)  # before the question, as `addendum`
    question = work.get(Question, question_id, lock=True)
    if question.answered_at is not None:
        raise AlreadyAnswered()
    _check_open(work, market)
    return market, question


def _write(work: Work, question: Question, given: AnswerInput) -> None:
    question.public_text = given.public_text or question.text
    question.answer = given.answer
    question.answered_at, question.answered_by = work.now, work.actor.person_id
    work.add(question)


def asker_mac(work: Work, question_id: UUID, supplier_id: UUID) -> str:
    """What links a question to its asker for who holds the vault ring; unlike for each question."""
    return mac(work.rings, "question", str(question_id), str(supplier_id))


def is_invited(work: Work, market: SpecificMarket, supplier_id: UUID) -> bool:
    """Whether the supplier answers for an invited applicant."""
    query = select(Invitation.id).where(
        col(Invitation.organisation_id) == market.organisation_id,
        col(Invitation.market_id) == market.id,
        col(Invitation.supplier_id) == supplier_id,
    )
    return work.session.exec(query).first() is not None


def _check_open(work: Work, market: SpecificMarket) -> None:
    if market.launched_at is None:
        raise NotFound(kind="market")
    state = MarketState(market.state)
    if phase_at(state, market.deadline_at, work.now) is not MarketPhase.OPEN:
        raise NotOpen()


def _line_label(work: Work, market: SpecificMarket, given: QuestionInput) -> str | None:
    """The line as all will read it."""
    if given.line_position is None:
        return None
    view = frames.frame(work, market.organisation_id, market.frame_id)
    for line in view.lines:
        if line.position == given.line_position:
            return f"{line.label}, {line.designation}"
    raise QuestionLineUnknown(where="line_position", line=given.line_position)


def _check_wished(market: SpecificMarket, given: QuestionInput) -> None:
    if given.wished_on is None or market.deadline_at is None:
        return
    if given.wished_on <= paris_date(market.deadline_at):
        raise WishedTooSoon(where="wished_on", deadline=market.deadline_at)


def _waiting(
    work: Work, market: SpecificMarket, given: QuestionInput, supplier_id: UUID
) -> Question | None:
    """The same question of the same supplier, still without answer."""
    query = select(Question).where(
        col(Question.organisation_id) == market.organisation_id,
        col(Question.market_id) == market.id,
        col(Question.answered_at).is_(None),
        col(Question.kind) == given.kind,
        col(Question.text) == given.text,
    )
    for row in work.session.exec(query):
        about = (row.line_position, row.wished_on)
        mine = row.asker_mac == asker_mac(work, row.id, supplier_id)
        if mine and about == (given.line_position, given.wished_on):
            return row
    return None


def _journal_without_asker(work: Work, market: SpecificMarket, question: Question) -> None:
    """Journalled as by nobody, from no request: a history must not name who asked."""
    actor, request = work.actor, work.request
    work.actor, work.request = ANONYMOUS, ""
    try:
        append_now(
            work,
            chain_of(market),
            "market.question_asked",
            question.id,
            after={"kind": question.kind, "line": question.line_position},
            details={"question": question.text},
        )
    finally:
        work.actor, work.request = actor, request
