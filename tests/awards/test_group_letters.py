"""The members of a group read its result once it is final; nobody else's, and never before."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from sad.candidatures.tables import Applicant, GroupMember
from sad.db.work import Work
from sad.evaluation import group_letters, letters
from sad.evaluation.tables import Letter
from sad.kernel.errors import NotFound
from sad.offers.tables import Offer, OfferSlot
from tests.awards.steps import decide, notify, propose, sign
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.support.cast import Cast


def leads(work: Work, cast: Cast, scene: Scene, leader: str, member: str) -> None:
    """The offer of `leader` becomes that of a group of two."""
    offer = work.get_in(Offer, cast.organisation_id, scene.offers[leader])
    group = work.get_in(Applicant, cast.organisation_id, offer.applicant_id)
    group.kind, group.form = "group", "conjoint"
    work.add(group)
    for order, part in enumerate((leader, member)):
        work.add(
            GroupMember(
                organisation_id=cast.organisation_id,
                applicant_id=group.id,
                supplier_id=cast.suppliers[part],
                siret=f"9990000{order:07d}",
                name=part,
                mandataire=part == leader,
            )
        )


def answers_alone_too(work: Work, cast: Cast, scene: Scene, part: str) -> None:
    """A second offer of the same supplier."""
    org, supplier = cast.organisation_id, cast.suppliers[part]
    alone = work.add(
        Applicant(
            organisation_id=org,
            kind="supplier",
            supplier_id=supplier,
            name=part,
            created_at=work.now,
        )
    )
    work.add(
        OfferSlot(
            organisation_id=org,
            market_id=scene.market_id,
            applicant_id=alone.id,
            mine=b"",
            pli=b"",
        )
    )
    work.add(
        Offer(
            organisation_id=org,
            market_id=scene.market_id,
            applicant_id=alone.id,
            supplier_id=supplier,
            supplier_name=part,
            deposit_id=uuid4(),
            received_at=work.now,
            vat_regime="franchise",
        )
    )


def test_members_read_the_result_of_their_group_once_the_contract_is_notified(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        leads(w, cast, ranked, "alder", "cedar")
        propose(w, cast, ranked)
        (award,) = decide(w, cast, ranked)

    def read_by(part: str) -> list[UUID]:
        with read(cast.actor(part)) as r:
            return [row.id for row in group_letters.of_market(r, ranked.market_id)]

    assert read_by("cedar") == []
    with work(cast.actor("officer")) as w:
        sign(w, cast, award)
        notify(w, cast, award)
        alder = col(Letter.supplier_id) == cast.suppliers["alder"]
        theirs = w.session.exec(select(Letter.id).where(alder)).one()
    assert read_by("cedar") == [theirs]
    assert read_by("alder") == read_by("birch") == []
    with read(cast.actor("cedar")) as r:
        assert letters.letter(r, theirs).kind == "rejection"
        assert not letters.answerable(r, letters.letter(r, theirs))
    with read(cast.actor("birch")) as r, pytest.raises(NotFound):
        letters.letter(r, theirs)
    with work() as w:
        answers_alone_too(w, cast, ranked, "alder")
    assert read_by("cedar") == [], "nobody can tell which of its two answers the letter is about"
