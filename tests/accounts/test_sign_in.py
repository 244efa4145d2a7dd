"""Links: single use, limited, decided by the worker; sessions; new browsers told."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from sad.accounts import sign_in
from sad.accounts.rules import EmailUnreadable
from sad.accounts.sessions import Browser, NewSession
from sad.accounts.sign_in import LinkUnusable, ask_link, enter, issue_link, look, send_asked_links
from sad.accounts.tables import Person, SessionRow, SignInLink
from sad.audit.tables import audit_event
from sad.db.work import writing
from sad.kernel.actor import ANONYMOUS
from sad.notifications.outbox import kept_letters
from sad.suppliers.tables import SupplierPerson
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.rings import FixedRings

LAPTOP, PHONE = Browser("Firefox sous Linux", "l" * 43), Browser("Chrome sous Android", "p" * 43)
BUYER = "buyer@brume.example"


def ask(work: OpenWork, email: str, network: str = "192.0.2.1") -> int:
    """Asks for a link, lets the worker decide; how many mails left."""
    with work(ANONYMOUS) as w:
        ask_link(w, email, network)
    with work() as w:
        return send_asked_links(w)


def kinds(work: OpenWork) -> list[str]:
    with work() as w:
        return [letter.kind for letter in kept_letters(w)]


def test_asking_always_writes_one_row_and_keeps_no_address_in_clear(
    work: OpenWork, cast: Cast
) -> None:
    for email in (BUYER, "nobody@brume.example"):
        with work(ANONYMOUS) as w:
            ask_link(w, email, "192.0.2.1")
    with work() as w:
        rows = w.session.exec(select(SignInLink)).all()
        assert len(rows) == 2
        assert all(row.person_id is None and row.token_sha256 is None for row in rows)
        assert not any(b"brume" in (row.email_sealed or b"") for row in rows)
    with pytest.raises(EmailUnreadable), work(ANONYMOUS) as w:
        ask_link(w, "pas une adresse", "192.0.2.1")


def test_a_mail_leaves_for_those_who_exist_only(work: OpenWork, cast: Cast) -> None:
    assert ask(work, BUYER) == 1
    assert ask(work, "nobody@brume.example") == 0
    with work() as w:
        w.shared(Person, cast.people["officer"]).disabled_at = w.now
    assert ask(work, "officer@brume.example") == 0
    with work() as w:
        assert all(row.email_sealed is None for row in w.session.exec(select(SignInLink)))


def test_the_worker_decides_once(work: OpenWork, cast: Cast) -> None:
    with work(ANONYMOUS) as w:
        ask_link(w, BUYER, "192.0.2.1")
    with work() as w:
        assert send_asked_links(w) == 1
        assert send_asked_links(w) == 0


def test_three_alive_then_five_an_hour(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    assert [ask(work, BUYER) for _ in range(4)] == [1, 1, 1, 0]
    clock.advance(minutes=30)  # the three are dead
    assert [ask(work, BUYER) for _ in range(3)] == [1, 1, 0]
    clock.advance(minutes=31)  # the first three are over an hour old
    assert ask(work, BUYER) == 1


def test_thirty_an_hour_for_a_network_whoever_is_asked(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    for number in range(30):
        ask(work, f"nobody{number}@brume.example")
    assert ask(work, BUYER) == 0
    assert ask(work, BUYER, "198.51.100.7") == 1
    clock.advance(minutes=61)
    assert ask(work, BUYER) == 1


def test_a_link_asked_while_the_worker_slept_is_not_mailed(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work(ANONYMOUS) as w:
        ask_link(w, BUYER, "192.0.2.1")
    clock.advance(minutes=30)
    with work() as w:
        assert send_asked_links(w) == 0


def come_in(work: OpenWork, person: object, browser: Browser = LAPTOP) -> NewSession:
    with work() as w:
        token = issue_link(w, person)  # type: ignore[arg-type]  # an id of the cast
    with work(ANONYMOUS) as w:
        return enter(w, token, browser)


def test_a_link_is_used_once(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        token = issue_link(w, cast.people["buyer"], next_path="/marches")
    with work(ANONYMOUS) as w:
        entrance = look(w, token)
        assert (entrance.name, entrance.email) == ("Buyer", "b…@…")
        assert enter(w, token, LAPTOP).next_path == "/marches"
    for act in (lambda w: look(w, token), lambda w: enter(w, token, LAPTOP)):
        with pytest.raises(LinkUnusable), work(ANONYMOUS) as w:
            act(w)


@pytest.mark.parametrize(
    ("lifetime", "waited", "works"),
    [
        (sign_in.LIFETIME, timedelta(minutes=29, seconds=59), True),
        (sign_in.LIFETIME, timedelta(minutes=30), False),
        (sign_in.INVITATION, timedelta(days=6, hours=23), True),
        (sign_in.INVITATION, timedelta(days=7), False),
    ],
)
def test_a_link_lives_its_time(
    work: OpenWork,
    cast: Cast,
    clock: FixedClock,
    lifetime: timedelta,
    waited: timedelta,
    works: bool,
) -> None:
    with work() as w:
        token = issue_link(w, cast.people["buyer"], "invitation", None, lifetime)
    clock.advance(waited)
    if works:
        with work(ANONYMOUS) as w:
            assert enter(w, token, LAPTOP).hat is not None
        return
    with pytest.raises(LinkUnusable), work(ANONYMOUS) as w:
        enter(w, token, LAPTOP)


def test_links_follow_the_real_clock_not_the_legal_one(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        token = issue_link(w, cast.people["buyer"])
    clock.advance(days=30, legal_only=True)
    with work(ANONYMOUS) as w:
        assert enter(w, token, LAPTOP).hat is not None


def test_two_presses_at_once_open_one_session(
    database: Engine, work: OpenWork, cast: Cast, clock: FixedClock, rings: FixedRings
) -> None:
    with work() as w:
        token = issue_link(w, cast.people["buyer"])
    together, outcomes = Barrier(6), []

    def press() -> None:
        together.wait()
        try:
            with writing(database, clock, rings, ANONYMOUS) as w:
                enter(w, token, LAPTOP)
            outcomes.append("in")
        except LinkUnusable:
            outcomes.append("out")

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["out"] * 5
    with work() as w:
        assert len(w.session.exec(select(SessionRow)).all()) == 1


def test_signing_in_is_on_the_persons_own_chain(work: OpenWork, cast: Cast) -> None:
    come_in(work, cast.people["buyer"])
    with work() as w:
        rows = w.session.connection().execute(
            select(audit_event.c.body).where(audit_event.c.action == "person.signed_in")
        )
        (body,) = rows.scalars().all()
    assert f"person:{cast.people['buyer']}" in body
    assert "Firefox" not in body and "brume" not in body


def colleague(work: OpenWork, cast: Cast) -> None:
    """A second person for alder: the stranger."""
    with work() as w:
        w.add(
            SupplierPerson(
                supplier_id=cast.suppliers["alder"],
                person_id=cast.people["stranger"],
                created_at=w.now,
            )
        )


def test_a_new_browser_is_told_to_all_the_suppliers_people(work: OpenWork, cast: Cast) -> None:
    colleague(work, cast)
    come_in(work, cast.people["alder"])
    assert kinds(work) == ["accounts.new_browser"] * 2
    come_in(work, cast.people["alder"])  # the same browser
    assert len(kinds(work)) == 2
    come_in(work, cast.people["alder"], PHONE)
    with work() as w:
        letters = kept_letters(w)
    assert {letter.to for letter in letters} == {"alder@brume.example", "stranger@brume.example"}
    assert letters[0].facts["browser"] == "Chrome sous Android"


def test_alone_and_for_the_first_time_nobody_is_told(work: OpenWork, cast: Cast) -> None:
    come_in(work, cast.people["alder"])
    assert kinds(work) == []
    come_in(work, cast.people["alder"], PHONE)
    assert kinds(work) == ["accounts.new_browser"]


def test_agents_are_not_told_of_their_own_browsers(work: OpenWork, cast: Cast) -> None:
    come_in(work, cast.people["buyer"])
    come_in(work, cast.people["buyer"], PHONE)
    assert kinds(work) == []


def test_old_links_and_sessions_are_forgotten(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    from sad.accounts import sessions

    come_in(work, cast.people["buyer"])
    forgets: list[Callable[..., None]] = [sign_in.forget_old, sessions.forget_old]
    for days, left in ((1, 1), (2, 0)):
        clock.advance(days=1)
        with work() as w:
            for forget in forgets:
                forget(w)
            links = w.session.exec(select(col(SignInLink.id))).all()
            rows = w.session.exec(select(col(SessionRow.id))).all()
        assert len(rows) == left, days
        assert len(links) <= left
