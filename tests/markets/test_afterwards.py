"""After the launch: questions, addenda, relaunch, end without award (acceptance 19, 21, 38)."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlmodel import select

from sad.accounts.rules import NoDelegation
from sad.funding.service import availability
from sad.kernel.errors import Forbidden, Incomplete, Refusal
from sad.kernel.money import Money
from sad.kernel.moves import MoveRefused
from sad.markets import amending, queries, questions, service
from sad.markets.ending import end_without_award
from sad.markets.launching import launch
from sad.markets.rules import (
    AlreadyAnswered,
    AlreadyLaunched,
    CannotEnd,
    DeadlineTooClose,
    NotInvited,
    NotOpen,
    OffersUnopened,
    QuestionsClosed,
    RemindedRecently,
)
from sad.markets.schemas import (
    AddendumInput,
    AnswerInput,
    CriteriaInput,
    EndingInput,
    LineChange,
    QuestionInput,
)
from sad.markets.suppliers import for_supplier
from sad.markets.tables import Invitation, Question, SpecificMarket
from sad.notifications.tables import Message
from sad.offers.sealing import DeadlineNotLater, market_private_key
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import DEADLINE, launched, ready
from tests.support.rings import FixedRings

ASKED = QuestionInput(text="Les tables rondes sont-elles acceptées ?")


def test_a_question_goes_to_all_without_its_author(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("alder"), "req-of-alder") as w:
        question = questions.ask(w, market.id, ASKED)
    with work(cast.actor("alder")) as w:
        assert [q.mine for q in for_supplier(w, market.id).questions] == [True]
    with work(cast.actor("birch")) as w:
        assert for_supplier(w, market.id).questions == ()
    with work(cast.actor("buyer")) as w:
        assert [q.text for q in queries.questions(w, market.id)] == [ASKED.text]
        before = len(w.session.exec(select(Message)).all())
        answered = AnswerInput(answer="Oui.", public_text="Les tables rondes conviennent-elles ?")
        questions.answer(w, question.id, answered)
    with work() as w:
        assert len(w.session.exec(select(Message)).all()) == before + 2
    with work(cast.actor("birch")) as w:
        shown = for_supplier(w, market.id).questions
        assert [(q.text, q.answer, q.mine) for q in shown] == [
            ("Les tables rondes conviennent-elles ?", "Oui.", False)
        ]
    with pytest.raises(AlreadyAnswered), work(cast.actor("buyer")) as w:
        questions.answer(w, question.id, AnswerInput(answer="Non."))


def test_nothing_in_the_database_names_the_asker(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("alder"), "req-of-alder") as w:
        questions.ask(w, market.id, ASKED)
        questions.ask(w, market.id, QuestionInput(text="Et les chaises ?", line_position=2))
    alder = {str(cast.people["alder"]), str(cast.suppliers["alder"]), "req-of-alder"}
    with work() as w:
        rows = w.session.exec(select(Question)).all()
        assert len({row.asker_mac for row in rows}) == 2
        for row in rows:
            said = row.model_dump_json()
            assert not any(name in said for name in alder)
        bodies = [
            body
            for body in w.session.execute(text("SELECT body FROM audit_event")).scalars()
            if "market.question_asked" in body
        ]
        assert len(bodies) == 2
        for body in bodies:
            assert not any(name in body for name in alder)
            assert json.loads(body)["actor"] == "anonymous"


def test_who_asks_and_until_when(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    with work() as w:
        place = ready(w, cast)
        first = launched(w, cast, place)
    with pytest.raises(Forbidden), work(cast.actor("buyer")) as w:
        questions.ask(w, first.id, ASKED)
    with work() as w:
        for row in w.session.exec(
            select(Invitation).where(Invitation.supplier_id == cast.suppliers["birch"])
        ).all():
            w.session.delete(row)
    with pytest.raises(NotInvited), work(cast.actor("birch")) as w:
        questions.ask(w, first.id, ASKED)
    assert first.questions_until is not None
    clock.set(first.questions_until)
    with work(cast.actor("alder")) as w:
        questions.ask(w, first.id, QuestionInput(text="Plus de temps ?", kind="postponement"))
    clock.advance(seconds=1)
    with pytest.raises(QuestionsClosed), work(cast.actor("alder")) as w:
        questions.ask(w, first.id, ASKED)
    clock.set(DEADLINE + timedelta(seconds=1))
    with pytest.raises(NotOpen), work(cast.actor("alder")) as w:
        questions.ask(w, first.id, ASKED)


def test_an_addendum_on_lines_makes_a_new_version(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        line = queries.one(w, market.id).frame.lines[0]
        change = LineChange(
            id=line.id, designation=line.designation, quantity=Decimal(6), code=line.code
        )
        row = amending.addendum(
            w, market.id, AddendumInput(text="Six tables au lieu de quatre.", lines=[change])
        )
        assert row.significant
        assert w.get(SpecificMarket, market.id).frame_version == 2
    with work(cast.actor("alder")) as w:
        seen = for_supplier(w, market.id)
        assert seen.frame is not None
        assert seen.frame.lines[0].quantity == 6
        assert [a.text for a in seen.addenda] == ["Six tables au lieu de quatre."]
        assert seen.market["frame_version"] == 2


def test_an_addendum_cuts_a_line_in_slices_only_line_by_line(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    """Elsewhere totals would no longer be of equal quantities (P3)."""
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    for mode in ("single", "lines"):
        with work(cast.actor("buyer")) as w:
            row = w.get(SpecificMarket, market.id)
            row.award_mode = mode
            w.add(row)
            line = queries.one(w, market.id).frame.lines[0]
        values = {"id": line.id, "designation": line.designation, "quantity": Decimal(4)}
        change = LineChange.model_validate(values | {"code": line.code, "slice_size": Decimal(2)})
        said = AddendumInput(text="Par tranches de deux.", lines=[change])
        if mode == "lines":
            with work(cast.actor("buyer")) as w:
                assert amending.addendum(w, market.id, said).significant
            continue
        with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
            amending.addendum(w, market.id, said)
        assert [p.code for p in refused.value.problems] == ["markets.slices_unused"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"quantity": Decimal(9), "slice_size": Decimal(2)}, "frames.slices_not_identical"),
        ({"quantity": Decimal(4), "lot_number": 7}, "markets.lot_unknown"),
    ],
)
def test_an_addendum_keeps_the_grid_as_a_launch_wants_it(
    work: OpenWork, cast: Cast, given: dict[str, object], code: str
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        line = queries.one(w, market.id).frame.lines[0]
    change = LineChange.model_validate({"id": line.id, "designation": "Table"} | given)
    with pytest.raises(Incomplete) as refused, work(cast.actor("buyer")) as w:
        amending.addendum(w, market.id, AddendumInput(text="Autrement.", lines=[change]))
    assert [one.code for one in refused.value.problems] == [code]
    with work(cast.actor("buyer")) as w:
        assert queries.one(w, market.id).frame.lines[0].quantity == 4


def test_an_addendum_too_close_moves_the_deadline_for_all(
    work: OpenWork, cast: Cast, clock: FixedClock, rings: FixedRings
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    clock.set(DEADLINE - timedelta(days=3))
    said = AddendumInput(text="Deux chaises de plus.", significant=True)
    with pytest.raises(DeadlineTooClose), work(cast.actor("buyer")) as w:
        amending.addendum(w, market.id, said)
    later = DEADLINE + timedelta(days=7)
    sooner = said.model_copy(update={"new_deadline_at": DEADLINE - timedelta(hours=1)})
    with pytest.raises(DeadlineNotLater), work(cast.actor("buyer")) as w:
        amending.addendum(w, market.id, sooner)
    with work(cast.actor("buyer")) as w:
        moved = said.model_copy(update={"new_deadline_at": later})
        amending.addendum(w, market.id, moved)
        row = w.get(SpecificMarket, market.id)
        assert row.deadline_at == later
        assert row.opening_from == later + timedelta(seconds=60)
        assert row.questions_until is not None
        assert row.questions_until > clock.now()
        assert market_private_key(rings, row.id, later, row.private_key or b"")
    clock.set(later + timedelta(milliseconds=1))
    with pytest.raises(NotOpen), work(cast.actor("buyer")) as w:
        amending.addendum(w, market.id, AddendumInput(text="Trop tard."))


def test_a_simple_information_moves_nothing(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    clock.set(DEADLINE - timedelta(hours=2))
    with work(cast.actor("buyer")) as w:
        row = amending.addendum(w, market.id, AddendumInput(text="L'ascenseur est réparé."))
        assert not row.significant
        assert w.get(SpecificMarket, market.id).frame_version == 1


def test_changed_criteria_stay_within_the_notice(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    price = {"code": "price", "family": "price", "label": "Prix", "weight": "100"}
    only = CriteriaInput.model_validate({"criteria": [price | {"method": "proportional"}]})
    with pytest.raises(Incomplete), work(cast.actor("buyer")) as w:
        amending.addendum(w, market.id, AddendumInput(text="Prix seul.", criteria=only))
    with work(cast.actor("buyer")) as w:
        assert len(queries.one(w, market.id).criteria) == 4


def test_relaunch_all_every_two_days(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        amending.remind(w, market.id)
    clock.advance(hours=47)
    with pytest.raises(RemindedRecently), work(cast.actor("buyer")) as w:
        amending.remind(w, market.id)
    clock.advance(hours=1)
    with work(cast.actor("buyer")) as w:
        amending.remind(w, market.id)


def ending(cast: Cast, kind: str = "withdrawn") -> EndingInput:
    return EndingInput.model_validate(
        {"kind": kind, "reasons": "Le besoin a disparu.", "delegation_id": cast.delegation_id}
    )


def test_ended_before_the_opening_everything_is_given_back(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        market = launched(w, cast, place)
    with pytest.raises(OffersUnopened), work(cast.actor("officer")) as w:
        end_without_award(w, market.id, ending(cast, "unsuccessful"))
    with pytest.raises(Forbidden), work(cast.actor("buyer")) as w:
        end_without_award(w, market.id, ending(cast))
    with work() as w:
        before = len(w.session.exec(select(Message)).all())
    with work(cast.actor("officer")) as w:
        end_without_award(w, market.id, ending(cast))
        left = availability(w, place.funding_line_id, place.envelope_id)
        assert left.line == Money(100_000_00)
        assert left.envelope == Money(100_000_00)
    with work() as w:
        assert len(w.session.exec(select(Message)).all()) == before + 2
    refused: list[type[Refusal]] = []
    for act in (
        lambda w: end_without_award(w, market.id, ending(cast)),
        lambda w: launch(w, market.id),
        lambda w: amending.remind(w, market.id),
    ):
        with (
            pytest.raises((CannotEnd, AlreadyLaunched, NotOpen, MoveRefused)) as refusal,
            work(cast.actor("officer")) as w,
        ):
            act(w)
        refused.append(refusal.type)
    assert refused == [CannotEnd, AlreadyLaunched, NotOpen]
    with work(cast.actor("buyer")) as w:
        assert service.copy(w, market.id).state == "draft"


def test_ending_needs_a_power(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    other = ending(cast).model_copy(update={"delegation_id": market.id})
    with pytest.raises(NoDelegation), work(cast.actor("officer")) as w:
        end_without_award(w, market.id, other)
