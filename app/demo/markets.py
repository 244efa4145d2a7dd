"""The markets of the story, one thread each: what is done with it, and how far it goes."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from app.demo import answering, judging, performing, preparing
from app.demo import stories_now as now
from app.demo import stories_past as past
from app.demo.clock import Days, Scene
from app.demo.plans import Answer, Need, Talk
from app.demo.stage import Stage
from sad.awards import service as awards
from sad.kernel.dates import suggested_deadline
from sad.markets import questions
from sad.markets.schemas import AnswerInput, EndingInput, QuestionInput

TIME_TO_ANSWER = timedelta(days=16)
AFTER_THE_DEADLINE = timedelta(minutes=5)


def market_threads(stage: Stage) -> Iterator[Scene]:
    """Every market, from the one already notified to the draft of this morning."""
    yield _notified(stage)
    yield _slices(stage)
    yield _without_award(stage)
    yield _signed(stage)
    yield _decided(stage)
    yield _ranked(stage)
    yield _opened(stage)
    yield _closed(stage)
    yield _soon_due(stage)
    yield _open(stage)
    yield _ready(stage)
    yield _draft(stage)


def due(days: Days, n: int) -> date:
    """The last Tuesday, Wednesday or Thursday worked at least `n` days before today (P19)."""
    day = days.before(n)
    while not 1 <= day.weekday() <= 3:
        day = days.before((days.today - day).days + 1)
    return day


def _launched(
    stage: Stage, name: str, need: Need, n: int, answers: Sequence[Answer], who: str = "buyer"
) -> Scene:
    """Prepared, launched, answered, until its deadline, at least `n` days before today."""
    days = stage.days
    last = due(days, n)
    first = (days.today - (last - TIME_TO_ANSWER)).days
    yield days.at(first + 2, 14)
    preparing.draft(stage, who, name, need)
    preparing.complete(stage, who, name, need, days.noon(last))
    yield days.at(first, 9, 20)
    preparing.launched(stage, who, name)
    yield from _answered(stage, name, answers, days.before(first), last)
    yield days.noon(last) + AFTER_THE_DEADLINE


def _answered(
    stage: Stage, name: str, answers: Sequence[Answer], launched: date, last: date
) -> Scene:
    """Answers sent between the two days, whatever day they would rather have been sent."""
    days = stage.days
    answering.looked(stage, name, answers)
    for answer in sorted(answers, key=lambda one: -one.day):
        n = min(answer.day, (days.today - launched).days)
        n = max(n, (days.today - last).days)
        at_last = days.before(n) >= last
        yield days.at(n, 9 if at_last else answer.hour, int(answer.supplier))
        answering.send(stage, name, answer)


def _notified(stage: Stage) -> Scene:
    at, name = stage.days.at, "chairs"
    yield from _launched(stage, name, past.CHAIRS, 84, past.CHAIRS_ANSWERS)
    yield at(82, 10)
    judging.opened(stage, name)
    judging.named(stage, name, "evaluator", "second_buyer")
    judging.regular(stage, name, ["03", "04", "09"])
    yield at(78, 15)
    judging.scored(stage, name, past.CHAIRS_JUDGED)
    judging.scored(stage, name, past.CHAIRS_JUDGED, "second_buyer", shift=1)
    judging.given(stage, name, "evaluator", "second_buyer")
    yield at(76, 11)
    judging.closed(stage, name)
    judging.proposed(stage, name)
    yield at(70, 9)
    judging.papers(stage, name)
    yield at(68, 16)
    judging.decided(stage, name)
    yield at(55, 10)
    judging.signed(stage, name)
    yield at(52, 10)
    judging.notified(stage, name)
    stage.seal()
    yield at(50, 9)
    performing.ordered(stage, name, "un mardi matin, au monte-charge")
    yield at(24, 11)
    performing.delivered(stage, name, "Tout est venu, compté au déchargement.")
    yield at(20, 15)
    performing.invoiced(stage, name)
    yield at(4, 15)
    performing.paid(stage, name)


def _slices(stage: Stage) -> Scene:
    at, name = stage.days.at, "seats"
    yield from _launched(stage, name, past.SEATS, 70, past.SEATS_ANSWERS)
    yield at(68, 14)
    judging.opened(stage, name)
    judging.named(stage, name, "evaluator")
    judging.regular(stage, name, ["14", "16", "18"])
    yield at(64, 10)
    judging.scored(stage, name, past.SEATS_JUDGED)
    judging.closed(stage, name)
    yield at(61, 9)
    judging.proposed(stage, name)
    yield at(56, 9)
    judging.papers(stage, name)
    yield at(52, 15)
    judging.decided(stage, name)
    yield at(40, 10)
    judging.signed(stage, name)
    yield at(37, 10)
    judging.notified(stage, name)
    stage.seal()
    yield at(35, 9)
    performing.ordered(stage, name, "deux livraisons par semaine, de 8 h à 12 h")
    yield at(12, 11)
    performing.delivered(stage, name, "50 chaises, vérins essayés un par un.", "16")
    yield at(8, 15)
    performing.invoiced(stage, name, "16")


def _without_award(stage: Stage) -> Scene:
    at, name = stage.days.at, "lamps"
    yield from _launched(stage, name, past.LAMPS, 58, past.LAMPS_ANSWERS, "second_buyer")
    yield at(56, 16)
    judging.opened(stage, name, "second_buyer")
    yield at(50, 11)
    with stage.act("officer") as work:
        given = EndingInput(
            reasons=past.LAMPS_REASONS, delegation_id=stage.delegations["vice_president"]
        )
        awards.end(work, stage.markets[name], given)


def _signed(stage: Stage) -> Scene:
    at, name = stage.days.at, "lockers"
    yield from _launched(stage, name, past.LOCKERS, 40, past.LOCKERS_ANSWERS)
    yield at(38, 10)
    judging.opened(stage, name)
    judging.named(stage, name, "evaluator")
    judging.regular(stage, name, ["07", "18", "21"])
    yield at(34, 10)
    judging.scored(stage, name, past.LOCKERS_JUDGED)
    judging.closed(stage, name)
    judging.proposed(stage, name)
    yield at(28, 9)
    judging.papers(stage, name)
    yield at(24, 15)
    judging.decided(stage, name)
    yield at(5, 10)
    judging.signed(stage, name)


def _decided(stage: Stage) -> Scene:
    at, name = stage.days.at, "shelves"
    yield from _launched(stage, name, past.SHELVES, 30, past.SHELVES_ANSWERS, "second_buyer")
    yield at(28, 14)
    judging.opened(stage, name)
    judging.named(stage, name, "evaluator")
    judging.regular(stage, name, ["06", "12", "17"])
    yield at(24, 10)
    judging.scored(stage, name, past.SHELVES_JUDGED)
    judging.closed(stage, name)
    judging.proposed(stage, name)
    yield at(16, 9)
    judging.papers(stage, name)
    yield at(7, 15)
    judging.decided(stage, name, past.SHELVES_REASONS)
    stage.seal()


def _ranked(stage: Stage) -> Scene:
    at, name = stage.days.at, "alcoves"
    yield from _launched(stage, name, past.ALCOVES, 20, past.ALCOVES_ANSWERS)
    yield at(18, 10)
    judging.opened(stage, name)
    judging.named(stage, name, "evaluator")
    judging.regular(stage, name, ["10", "12", "17"])
    yield at(13, 10)
    judging.scored(stage, name, past.ALCOVES_JUDGED)
    yield at(9, 11)
    judging.closed(stage, name)


def _opened(stage: Stage) -> Scene:
    at, name = stage.days.at, "lounge"
    yield from _launched(stage, name, past.LOUNGE, 9, past.LOUNGE_ANSWERS)
    yield at(6, 10)
    judging.opened(stage, name)
    judging.named(stage, name, "evaluator")
    judging.regular(stage, name, ["05", "06"])
    yield at(3, 16)
    judging.scored(stage, name, past.LOUNGE_JUDGED)


def _closed(stage: Stage) -> Scene:
    yield from _launched(stage, "tall_tables", now.TALL_TABLES, 1, now.TALL_TABLES_ANSWERS)


def _soon_due(stage: Stage) -> Scene:
    days, name = stage.days, "armchairs"
    last = days.after(2)
    yield days.at(15, 14)
    preparing.draft(stage, "second_buyer", name, now.ARMCHAIRS)
    preparing.complete(stage, "second_buyer", name, now.ARMCHAIRS, days.noon(last))
    yield days.at(13, 9)
    preparing.launched(stage, "second_buyer", name)
    for talk in now.ARMCHAIRS_TALKS:
        yield from _talk(stage, name, talk)
    yield from _answered(stage, name, now.ARMCHAIRS_ANSWERS, days.before(13), last)


def _open(stage: Stage) -> Scene:
    days, name = stage.days, "offices"
    deadline = suggested_deadline(days.before(6), days.calendar)
    yield days.at(7, 14)
    preparing.draft(stage, "buyer", name, now.OFFICES)
    preparing.complete(stage, "buyer", name, now.OFFICES, deadline)
    yield days.at(6, 9)
    preparing.launched(stage, "buyer", name)
    for talk in now.OFFICES_TALKS:
        yield from _talk(stage, name, talk)
    yield from _answered(
        stage, name, now.OFFICES_ANSWERS, days.before(6), days.today + timedelta(days=1)
    )
    yield days.at(1, 10, 30)
    answering.send(stage, name, now.OFFICES_REPLACEMENT)
    answering.withdraw(stage, name, now.OFFICES_WITHDRAWN)
    yield days.at(1, 11)
    answering.type_in(stage, name, now.OFFICES_DRAFT)
    stage.seal()


def _ready(stage: Stage) -> Scene:
    days, name = stage.days, "break_room"
    yield days.at(2, 10)
    preparing.draft(stage, "buyer", name, now.BREAK_ROOM)
    deadline = suggested_deadline(days.today + timedelta(days=1), days.calendar)
    preparing.complete(stage, "buyer", name, now.BREAK_ROOM, deadline)


def _draft(stage: Stage) -> Scene:
    yield stage.days.at(1, 16)
    preparing.draft(stage, "second_buyer", "tables", now.TABLES)


def _talk(stage: Stage, name: str, talk: Talk) -> Scene:
    """A question of an invited supplier and, if it got one, the answer to all."""
    yield stage.days.at(talk.asked, 14)
    with stage.act(talk.supplier) as work:
        asked = questions.ask(work, stage.markets[name], QuestionInput(text=talk.text))
    if talk.answered is None:
        return
    yield stage.days.at(talk.answered, 16)
    with stage.act("buyer") as work:
        given = AnswerInput(answer=talk.answer, public_text=talk.without_names)
        questions.answer(work, asked.id, given)
