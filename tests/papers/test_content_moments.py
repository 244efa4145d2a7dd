"""No paper speaks before its moment, nor to whom it is not for (OFF-10, P1)."""

import pytest
from sqlmodel import col, select

from sad.accounts.permissions import NotAllowed, SignInNeeded
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Candidature
from sad.kernel.actor import Actor, Role
from sad.kernel.errors import NotFound
from sad.kernel.ids import uuid7
from sad.markets.tables import Invitation, SpecificMarket
from sad.offers.rules import NotOpened
from sad.papers.builders import facts_of
from sad.papers.rules import NotYet, Stage
from sad.papers.states import PaperKind
from sad.suppliers.tables import Supplier, SupplierPerson
from tests.papers.content import Shown

pytestmark = pytest.mark.xdist_group("papers_content")

K = PaperKind
AFTER_OPENING = (K.DEPOSITS_REGISTER, K.OPENING_MINUTES, K.ANALYSIS_REPORT)


@pytest.mark.parametrize("kind", AFTER_OPENING)
def test_nothing_of_the_answers_is_gathered_before_the_opening(
    shown: Shown, kind: PaperKind
) -> None:
    market_id = shown.market("launched")
    with shown.read() as work, pytest.raises(NotOpened):
        facts_of(work, kind, market_id)


def test_the_invitation_of_an_open_market_names_no_supplier(shown: Shown) -> None:
    market_id = shown.market("launched")
    text = shown.paper(K.INVITATION, market_id).text
    with shown.read() as work:
        market = work.get(SpecificMarket, market_id)
        invited = (
            select(Supplier.name)
            .join(Invitation, col(Invitation.supplier_id) == col(Supplier.id))
            .where(col(Invitation.market_id) == market.id)
        )
        names = work.session.exec(invited).all()
    assert names and not [name for name in names if name in text]


def test_a_draft_has_no_invitation(shown: Shown) -> None:
    with shown.read() as work, pytest.raises(NotYet) as refused:
        facts_of(work, K.INVITATION, shown.market("draft"))
    assert refused.value.facts["stage"] is Stage.LAUNCHED


def test_a_letter_waits_for_its_decision(shown: Shown) -> None:
    with shown.read() as work:
        query = select(Candidature.id).where(Candidature.state == CandidatureState.SUBMITTED)
        waiting = work.session.exec(query.order_by(col(Candidature.id))).first()
        refused = shown.about(K.REFUSAL)
        assert waiting is not None
        for kind, about in (
            (K.ADMISSION, waiting),
            (K.REFUSAL, waiting),
            (K.ADMISSION, refused),
            (K.ELECTED_NOTE, shown.market("ranked")),
        ):
            with pytest.raises(NotYet):
                facts_of(work, kind, about)


@pytest.mark.parametrize("kind", [K.RULES, K.INVITATION, *AFTER_OPENING, K.DECISION, K.CONTRACT])
def test_a_supplier_or_another_buyer_gathers_nothing(shown: Shown, kind: PaperKind) -> None:
    with shown.read() as work:
        member = work.session.exec(select(SupplierPerson).order_by(col(SupplierPerson.id))).first()
        assert member is not None
    outsiders = (
        Actor(member.person_id, None, member.supplier_id, frozenset({Role.SUPPLIER})),
        Actor(shown.officer.person_id, uuid7(), None, frozenset({Role.OFFICER})),
        Actor(),
    )
    for outsider in outsiders:
        with shown.read(outsider) as work, pytest.raises((NotAllowed, NotFound, SignInNeeded)):
            facts_of(work, kind, shown.about(kind))


def test_a_supplier_reads_its_own_declaration_only(shown: Shown) -> None:
    declaration = shown.about(K.DECLARATION)
    with shown.read() as work:
        others = select(SupplierPerson).order_by(col(SupplierPerson.id).desc())
        members = work.session.exec(others).all()
        mine = facts_of(work, K.DECLARATION, declaration)
    read = []
    for member in members:
        actor = Actor(member.person_id, None, member.supplier_id, frozenset({Role.SUPPLIER}))
        with shown.read(actor) as work:
            try:
                read.append(facts_of(work, K.DECLARATION, declaration))
            except NotFound:
                continue
    assert 1 <= len(read) < len(members)
    assert {one.candidate for one in read} == {mine.candidate}  # type: ignore[attr-defined]  # a declaration's facts
