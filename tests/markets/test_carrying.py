"""A reservation is made again on the new year, whole or not at all (P5)."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from sad.db.work import Work
from sad.funding import queries
from sad.funding import service as funding
from sad.funding.rules import LineExceeded
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.kernel.errors import Forbidden, NotFound
from sad.kernel.money import Money
from sad.markets.carrying import NoSuchYear, NothingReserved, carry, destinations
from sad.markets.schemas import CarryInput
from sad.markets.tables import Lot
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.markets import Ready, launched, ready
from tests.support.web import Site, text_of


def next_year(work: Work, place: Ready, voted: int = 100_000_00, recovery: str = "none") -> UUID:
    """An envelope of the same category on a line of 2027."""
    line = funding.create_line(
        work,
        LineInput(
            system_id=place.system_id,
            label="Mobilier 2027",
            budget="Principal",
            year=2027,
            vat_recovery=recovery,
        ),
        Money(voted),
        f"vote:{uuid4()}",
    )
    data = EnvelopeInput(
        category_id=place.category_id, funding_line_id=line.id, label="Réemploi", overshoot="warn"
    )
    return funding.create_envelope(work, data).id


@pytest.fixture
def place(work: OpenWork, cast: Cast) -> Ready:
    """A market launched on the line of 2026."""
    with work(cast.actor("buyer")) as w:
        made = ready(w, cast)
        launched(w, cast, made)
    return made


def _reserved(work: Work) -> list[UUID]:
    return [row.movement.id for row in queries.year_end(work, 2026).reservations]


def test_the_reservation_and_its_lot_go_on_with_the_new_year(
    work: OpenWork, cast: Cast, place: Ready
) -> None:
    with work(cast.actor("officer")) as w:
        target = next_year(w, place)
        (reservation,) = _reserved(w)
        amount = queries.year_end(w, 2026).reservations[0].left
        assert [one for one, _ in destinations(w, 2026)[place.envelope_id]] == [target]
        carry(w, CarryInput(movement_id=reservation, envelope_id=target))
    with work(cast.actor("officer")) as w:
        assert _reserved(w) == []
        (row,) = queries.year_end(w, 2027).reservations
        assert (row.left, row.movement.envelope_id) == (amount, target)
        lots = w.session.exec(select(Lot).where(Lot.envelope_id == target)).all()
        assert [lot.number for lot in lots] == [1]
        assert queries.line(w, place.funding_line_id).available == 100_000_00
    with work(cast.actor("officer")) as w, pytest.raises(NothingReserved):
        carry(w, CarryInput(movement_id=reservation, envelope_id=target))


def test_a_line_that_lacks_credits_leaves_all_as_it_was(
    work: OpenWork, cast: Cast, place: Ready
) -> None:
    with work(cast.actor("officer")) as w:
        poor = next_year(w, place, voted=1)
        before = _reserved(w)
    with pytest.raises(LineExceeded), work(cast.actor("officer")) as w:
        carry(w, CarryInput(movement_id=before[0], envelope_id=poor))
    with work(cast.actor("officer")) as w:
        assert _reserved(w) == before


def test_only_a_later_year_counted_alike_will_do(work: OpenWork, cast: Cast, place: Ready) -> None:
    with work(cast.actor("officer")) as w:
        (reservation,) = _reserved(w)
        other = next_year(w, place, recovery="full")
        for envelope in (other, place.envelope_id):
            with pytest.raises(NoSuchYear):
                carry(w, CarryInput(movement_id=reservation, envelope_id=envelope))


@pytest.mark.parametrize("part", ["buyer", "auditor", "alder", "other_officer"])
def test_only_the_officer_of_the_buyer_carries(
    work: OpenWork, cast: Cast, place: Ready, part: str
) -> None:
    with work(cast.actor("officer")) as w:
        asked = CarryInput(movement_id=_reserved(w)[0], envelope_id=next_year(w, place))
    with pytest.raises((Forbidden, NotFound)), work(cast.actor(part)) as w:
        carry(w, asked)


def test_the_page_offers_it_and_does_it_once(site: Site) -> None:
    with site.work("buyer") as w:
        made = ready(w, site.cast)
        launched(w, site.cast, made)
    officer = site.as_("officer")
    assert "ouvrez d’abord une ligne de crédits" in text_of(officer.get("/credits/cloture"))
    with site.work("officer") as w:
        target = next_year(w, made)
        (reservation,) = _reserved(w)
    assert "2027, Réemploi (Mobilier 2027)" in text_of(officer.get("/credits/cloture"))
    assert "Reprendre" not in text_of(site.as_("buyer").get("/credits/cloture"))
    asked = {"movement_id": str(reservation), "envelope_id": str(target)}
    done = officer.post("/credits/cloture?annee=2026", asked)
    assert "Aucune réservation ouverte" in text_of(officer.follow(done))
    again = officer.post("/credits/cloture?annee=2026", asked)
    assert "ne sont plus réservés" in text_of(again)
    assert officer.post("/credits/cloture?annee=2026", {"movement_id": "x"}).status_code == 422
