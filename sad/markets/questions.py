"""Questions of the invited: nobody but the asker's own page knows who asked; answers go to all.

The row, its event and the mails hold nothing of the asker: only a MAC that its own page recomputes.
"""

from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require, require_supplier
from sad.audit.service import append_now, record
from sad.db.work import Work
from sad.kernel.actor import ANONYMOUS
from sad.kernel.errors import NotFound
from sad.kernel.ids import random_id
from sad.kernel.vault import mac
from sad.markets.rows import chain_of, invited_suppliers, watchers
from sad.markets.rules import AlreadyAnswered, NotInvited, NotOpen, QuestionsClosed
from sad.markets.schemas import AnswerInput, QuestionInput
from sad.markets.states import MarketPhase, MarketState, phase_at
from sad.markets.tables import Invitation, Question, SpecificMarket
from sad.notifications.service import notify


def ask(work: Work, market_id: UUID, given: QuestionInput) -> Question:
    """A question, or a request for more time, from an invited supplier, until the limit (P19).

    Raises NotInvited, NotOpen, QuestionsClosed.
    """
    supplier_id = require_supplier(work)
    market = work.locate(SpecificMarket, market_id)
    if not is_invited(work, market, supplier_id):
        raise NotInvited(reason="not_invited")
    _check_open(work, market)
    if market.questions_until is not None and work.now > market.questions_until:
        raise QuestionsClosed(until=market.questions_until)
    question = Question(
        organisation_id=market.organisation_id,
        id=random_id(),
        market_id=market.id,
        kind=given.kind,
        line_position=given.line_position,
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
    """The answer, to all the invited at once, the question without its author (MS-13)."""
    require(work, Permission.ANSWER_QUESTION)
    question = work.get(Question, question_id, lock=True)
    if question.answered_at is not None:
        raise AlreadyAnswered()
    market = work.get(SpecificMarket, question.market_id)
    _check_open(work, market)
    question.public_text = given.public_text or question.text
    question.answer = given.answer
    question.answered_at, question.answered_by = work.now, work.actor.person_id
    work.add(question)
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
            "question": question.public_text,
            "answer": question.answer,
        },
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
    )
    return question


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
