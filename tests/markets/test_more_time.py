"""Questions on a line, and more time asked: granted to all or refused to all (P19)."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from sad.kernel.calendar import paris_date
from sad.markets import questions
from sad.markets.rules import (
    AlreadyAnswered,
    NotAPostponement,
    QuestionLineUnknown,
    WishedTooSoon,
)
from sad.markets.schemas import AnswerInput, GrantInput, QuestionInput
from sad.markets.suppliers import for_supplier
from sad.markets.tables import Addendum, Question, SpecificMarket
from sad.notifications.outbox import kept_letters
from sad.offers.sealing import DeadlineNotLater
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.markets import DEADLINE, launched, ready

LATER = DEADLINE + timedelta(days=7)
MORE = QuestionInput(
    text="Notre atelier ferme une semaine.", kind="postponement", wished_on=paris_date(LATER)
)


@pytest.fixture
def market(work: OpenWork, cast: Cast) -> SpecificMarket:
    """Open, alder and birch invited."""
    with work() as w:
        return launched(w, cast, ready(w, cast))


def kinds(work: OpenWork) -> list[str]:
    """The mails to suppliers since the launch, by kind."""
    with work() as w:
        sent = [one.kind for one in kept_letters(w) if one.to.split("@")[0] in ("alder", "birch")]
    return [kind for kind in sent if kind != "market.invited"]


def test_a_question_on_a_line_says_which_to_all(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("alder")) as w:
        asked = questions.ask(w, market.id, QuestionInput(text="Assise ?", line_position=2))
    with work(cast.actor("buyer")) as w:
        questions.answer(w, asked.id, AnswerInput(answer="En bois."))
    with work(cast.actor("birch")) as w:
        (shown,) = for_supplier(w, market.id).questions
    assert (shown.line_label, shown.answer, shown.mine) == ("C-01, Chaise", "En bois.", False)
    with pytest.raises(QuestionLineUnknown), work(cast.actor("alder")) as w:
        questions.ask(w, market.id, QuestionInput(text="Assise ?", line_position=9))


def test_the_same_words_sent_twice_are_one_question(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    given = QuestionInput(text="Assise ?", line_position=2)
    with work(cast.actor("alder")) as w:
        first, again = (questions.ask(w, market.id, given).id for _ in range(2))
    with work(cast.actor("birch")) as w:
        other = questions.ask(w, market.id, given).id
    assert first == again != other


def test_more_time_granted_moves_the_deadline_for_all_in_one_act(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("alder")) as w:
        asked = questions.ask(w, market.id, MORE)
    given = GrantInput(answer="Accordé : une semaine de plus.", new_deadline_at=LATER)
    with work(cast.actor("buyer")) as w:
        questions.grant(w, asked.id, given)
    with work() as w:
        row = w.get_in(SpecificMarket, market.organisation_id, market.id)
        assert row.deadline_at == LATER
        (change,) = w.session.exec(select(Addendum)).all()
        assert (change.text, change.new_deadline_at) == (given.answer, LATER)
        (question,) = w.session.exec(select(Question)).all()
        assert question.granted_until == LATER
    assert kinds(work) == ["market.amended", "market.amended"]  # one mail each, not two
    with work(cast.actor("birch")) as w:
        (shown,) = for_supplier(w, market.id).questions
    assert (shown.granted_until, shown.answer) == (LATER, given.answer)
    with pytest.raises(AlreadyAnswered), work(cast.actor("buyer")) as w:
        questions.grant(w, asked.id, given)


def test_more_time_refused_is_said_to_all(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("alder")) as w:
        asked = questions.ask(w, market.id, MORE)
    with work(cast.actor("buyer")) as w:
        questions.answer(w, asked.id, AnswerInput(answer="La livraison ne peut attendre."))
    assert kinds(work) == ["market.question_answered", "market.question_answered"]
    with work() as w:
        row = w.get_in(SpecificMarket, market.organisation_id, market.id)
        assert row.deadline_at == DEADLINE


def test_what_is_refused_changes_nothing(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    soon = MORE.model_copy(update={"wished_on": paris_date(DEADLINE)})
    with pytest.raises(WishedTooSoon), work(cast.actor("alder")) as w:
        questions.ask(w, market.id, soon)
    with work(cast.actor("alder")) as w:
        asked = questions.ask(w, market.id, QuestionInput(text="Assise ?"))
        more = questions.ask(w, market.id, MORE)
    with pytest.raises(NotAPostponement), work(cast.actor("buyer")) as w:
        questions.grant(w, asked.id, GrantInput(answer="Oui.", new_deadline_at=LATER))
    with pytest.raises(DeadlineNotLater), work(cast.actor("buyer")) as w:
        questions.grant(w, more.id, GrantInput(answer="Oui.", new_deadline_at=DEADLINE))
    with work() as w:
        assert w.session.exec(select(Addendum)).all() == []
        answered = w.session.execute(text("SELECT count(*) FROM question WHERE answer <> ''"))
        assert answered.scalar() == 0
