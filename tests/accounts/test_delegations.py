"""Power to sign (P2): recorded as its act says, corrected, withdrawn, and asked for each act."""

from datetime import date
from typing import Any

import pytest

from sad.accounts import delegations
from sad.accounts.delegations import DelegationChanged, DelegationRevoked, covering, in_force
from sad.accounts.permissions import NotAllowed
from sad.accounts.rules import (
    Act,
    DelegationCeiling,
    DelegationNotExecutory,
    DelegationPeriod,
    NoDelegation,
)
from sad.accounts.schemas import DelegationInput
from sad.kernel.errors import NotFound
from sad.kernel.money import Money
from tests.conftest import OpenWork
from tests.support.cast import Cast

TYPED = {
    "person_name": "Dominique Le Goff",
    "quality": "Vice-présidente",
    "act_number": "2026-021",
    "executory_on": "2026-02-01",
    "scope": ["award_decision", "contract"],
    "ceiling": "40 000,00",
    "valid_from": "2026-02-15",
    "valid_until": "2026-12-31",
    "email": "officer@brume.example",
}


def typed(**changes: Any) -> DelegationInput:
    return DelegationInput.model_validate(TYPED | changes)


def test_a_delegation_covers_its_acts_its_amount_and_its_days(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        row = delegations.create(w, typed())
        ceiling = Money(4_000_000)
        for act, amount, on in (
            (Act.CONTRACT, ceiling, date(2026, 2, 15)),
            (Act.AWARD_DECISION, None, date(2026, 12, 31)),
        ):
            assert covering(w, row.id, act, amount, on).id == row.id
        for act, amount, on in (
            (Act.ADMISSION, None, date(2026, 6, 1)),
            (Act.CONTRACT, ceiling + Money(1), date(2026, 6, 1)),
            (Act.CONTRACT, ceiling, date(2026, 2, 14)),
            (Act.CONTRACT, ceiling, date(2027, 1, 1)),
        ):
            with pytest.raises(NoDelegation):
                covering(w, row.id, act, amount, on)


def test_withdrawn_it_covers_nothing_more(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        row = delegations.create(w, typed())
        delegations.revoke(w, row.id)
        with pytest.raises(NoDelegation):
            covering(w, row.id, Act.CONTRACT, None, date(2026, 6, 1))
        assert row.id not in {d.id for d in in_force(w, Act.CONTRACT, None, date(2026, 6, 1))}
    with pytest.raises(DelegationRevoked), work(cast.actor("officer")) as w:
        delegations.revoke(w, row.id)
    with pytest.raises(DelegationRevoked), work(cast.actor("officer")) as w:
        delegations.amend(w, row.id, typed(), row.version)


def test_two_corrections_at_once_one_is_told(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        row = delegations.create(w, typed())
        version = row.version
    with work(cast.actor("administrator")) as w:
        delegations.amend(w, row.id, typed(act_number="2026-022"), version)
    with pytest.raises(DelegationChanged), work(cast.actor("officer")) as w:
        delegations.amend(w, row.id, typed(act_number="2026-023"), version)


@pytest.mark.parametrize(
    ("changes", "refusal", "where"),
    [
        ({"valid_until": "2026-02-14"}, DelegationPeriod, "valid_until"),
        ({"valid_from": "2026-01-31"}, DelegationNotExecutory, "valid_from"),
        ({"ceiling": "0"}, DelegationCeiling, "ceiling"),
    ],
)
def test_what_cannot_be_names_its_field(
    work: OpenWork, cast: Cast, changes: dict[str, str], refusal: Any, where: str
) -> None:
    with pytest.raises(refusal) as refused, work(cast.actor("officer")) as w:
        delegations.create(w, typed(**changes))
    assert refused.value.where == where


def test_only_officers_and_administrators_of_the_organisation(work: OpenWork, cast: Cast) -> None:
    for part in ("buyer", "evaluator", "auditor", "alder", "stranger"):
        with pytest.raises(NotAllowed), work(cast.actor(part)) as w:
            delegations.create(w, typed())
        with pytest.raises(NotAllowed), work(cast.actor(part)) as w:
            delegations.revoke(w, cast.delegation_id)
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        delegations.revoke(w, cast.delegation_id)
    with pytest.raises(NoDelegation), work(cast.actor("other_officer")) as w:
        covering(w, cast.delegation_id, Act.CONTRACT, None, date(2026, 6, 1))
