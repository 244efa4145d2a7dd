"""Groups typed by their mandataire (acceptance 11)."""

from uuid import UUID

import pytest

from sad.candidatures import queries, views
from sad.candidatures.rules import LeadsAnotherGroup, MemberElsewhere, PendingOrAdmitted
from sad.candidatures.schemas import GroupInput, MemberInput
from sad.categories.tables import Category
from sad.kernel.errors import Incomplete
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.joined import admit, draft, submitted
from tests.support.published import published_system

ALDER, BIRCH, THIRD = "99900001100018", "73282932000074", "37502862800010"


def member(siret: str, mandataire: bool = False) -> MemberInput:
    """A member named by its SIRET."""
    return MemberInput(siret=siret, name=f"Structure {siret[:5]}", mandataire=mandataire)


def group(*members: MemberInput) -> GroupInput:
    """A conjoint group."""
    return GroupInput(members=list(members))


@pytest.fixture
def category(work: OpenWork, cast: Cast) -> UUID:
    """A category of an open system."""
    with work(cast.actor("officer")) as w:
        return published_system(w)[1][0]


@pytest.fixture
def exclusive(work: OpenWork, category: UUID) -> UUID:
    """The same, whose notice forbids several candidatures of one structure."""
    with work() as w:
        row = w.locate(Category, category)
        row.group_exclusive = True
        w.add(row)
    return category


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ([member(ALDER, True)], {"candidatures.group_alone"}),
        ([member(ALDER), member(BIRCH)], {"candidatures.mandataire_missing"}),
        ([member(ALDER, True), member(BIRCH, True)], {"candidatures.mandataire_missing"}),
        ([member(BIRCH, True), member(THIRD)], {"candidatures.mandataire_missing"}),
        (
            [member(ALDER, True), member(BIRCH), member("732 829 320 00074")],
            {"candidatures.member_twice"},
        ),
    ],
)
def test_a_group_that_cannot_be_is_refused(
    work: OpenWork, cast: Cast, category: UUID, members: list[MemberInput], codes: set[str]
) -> None:
    with pytest.raises(Incomplete) as refused, work(cast.actor("alder")) as w:
        draft(w, category, group(*members))
    assert {p.code for p in refused.value.problems} == codes


def test_a_group_is_the_applicant_and_its_mandataire_answers(
    work: OpenWork, read: OpenWork, cast: Cast, category: UUID
) -> None:
    with work(cast.actor("alder")) as w:
        sent = submitted(w, category, group(member(ALDER, True), member(BIRCH)))
    with work(cast.actor("officer")) as w:
        admit(w, sent, cast.delegation_id)
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent)
        applicants = queries.admitted(w, cast.organisation_id, category)
    assert [(m.siret, m.mandataire) for m in seen.members] == [(ALDER, True), (BIRCH, False)]
    assert [(a.kind, a.supplier_id) for a in applicants] == [("group", cast.suppliers["alder"])]
    with read(cast.actor("birch")) as w:
        assert views.mine(w) == []


def test_one_mandataire_leads_one_group(work: OpenWork, cast: Cast, category: UUID) -> None:
    with work(cast.actor("alder")) as w:
        submitted(w, category, group(member(ALDER, True), member(BIRCH)))
    with pytest.raises(LeadsAnotherGroup), work(cast.actor("alder")) as w:
        submitted(w, category, group(member(ALDER, True), member(THIRD)))
    with work(cast.actor("birch")) as w:  # not forbidden by this notice
        submitted(w, category, group(member(BIRCH, True), member(THIRD)))
    with work(cast.actor("alder")) as w:
        submitted(w, category)


def test_a_member_elsewhere_is_refused_where_the_notice_forbids_it(
    work: OpenWork, cast: Cast, exclusive: UUID
) -> None:
    with work(cast.actor("alder")) as w:
        submitted(w, exclusive, group(member(ALDER, True), member(THIRD)))
    with pytest.raises(MemberElsewhere) as refused, work(cast.actor("birch")) as w:
        submitted(w, exclusive, group(member(BIRCH, True), member(THIRD)))
    assert refused.value.facts == {"name": f"Structure {THIRD[:5]}"}
    with pytest.raises(MemberElsewhere), work(cast.actor("alder")) as w:
        submitted(w, exclusive)
    with work(cast.actor("birch")) as w:
        submitted(w, exclusive)
    with pytest.raises(PendingOrAdmitted), work(cast.actor("birch")) as w:
        submitted(w, exclusive)
