"""Issuing a letter: frozen with its hash, told to its supplier, journalled by its hash.

The facts are canonical JSON; `templates/awards/letters/<kind>.html` gives them their words.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.tables import Delegation, Organisation
from sad.audit.service import record
from sad.db.work import Work
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import Letter
from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import NotFound
from sad.markets.rows import chain_of
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify
from sad.suppliers.tables import Supplier


def issue(
    work: Work,
    market: SpecificMarket,
    supplier_id: UUID,
    kind: LetterKind,
    facts: Mapping[str, Any],
    *,
    delegation: Delegation | None = None,
    mail: bool = True,
) -> Letter:
    """Writes the letter as it will always be, and sends its link to the supplier.

    Without `mail` only the inbox tells it: another message of the same act already left.
    """
    whole = {**_heading(work, market, supplier_id, delegation), **facts}
    letter = work.add(
        Letter(
            organisation_id=market.organisation_id,
            market_id=market.id,
            supplier_id=supplier_id,
            kind=kind,
            sequence=_next(work, market, supplier_id, kind),
            facts=whole,
            sha256=hashlib.sha256(canonical(whole)).hexdigest(),
            issued_at=work.now,
            issued_by=work.actor.person_id,
        )
    )
    after = {"kind": kind.value, "sha256": letter.sha256, "supplier": str(supplier_id)}
    record(work, chain_of(market), "letter.issued", letter.id, after=after)
    notify(
        work,
        f"letter.{kind.value}",
        suppliers=[supplier_id],
        facts={
            "number": market.number,
            "title": market.title,
            "buyer": whole["buyer"]["name"],
            "due_at": whole.get("due_at"),
            "due_on": whole.get("due_on"),
        },
        link=f"/courriers/{letter.id}",
        organisation_id=market.organisation_id,
        mail=mail,
    )
    return letter


def mark_read(work: Work, letter_id: UUID) -> None:
    """The supplier concerned consulted it for the first time (PERF-02); NotFound for others."""
    letter = work.locate(Letter, letter_id)
    if letter.supplier_id != work.actor.supplier_id:
        raise NotFound()
    if letter.read_at is None:
        letter.read_at = work.now
        work.add(letter)
        market = work.get_in(SpecificMarket, letter.organisation_id, letter.market_id)
        record(work, chain_of(market), "letter.read", letter.id, after={"kind": letter.kind})


def _heading(
    work: Work, market: SpecificMarket, supplier_id: UUID, delegation: Delegation | None
) -> dict[str, Any]:
    """Who writes to whom, when, about what, under which signature."""
    buyer = work.shared(Organisation, market.organisation_id)
    supplier = work.shared(Supplier, supplier_id)
    signatory = None
    if delegation is not None:
        signatory = {
            "name": delegation.person_name,
            "quality": delegation.quality,
            "act": delegation.act_number,
        }
    return {
        "buyer": {
            "name": buyer.name,
            "address": buyer.address,
            "siret": buyer.siret,
            "contact": buyer.contact_name,
            "phone": buyer.contact_phone,
            "mail": buyer.contact_email,
        },
        "supplier": {
            "name": supplier.name,
            "address": supplier.address,
            "city": supplier.city,
            "siret": supplier.siret,
        },
        "market": {"number": market.number, "title": market.title},
        "at": instant(work.now),
        "signatory": signatory,
    }


def _next(work: Work, market: SpecificMarket, supplier_id: UUID, kind: LetterKind) -> int:
    query = select(func.count()).where(
        col(Letter.organisation_id) == market.organisation_id,
        col(Letter.market_id) == market.id,
        col(Letter.supplier_id) == supplier_id,
        col(Letter.kind) == kind,
    )
    return int(work.session.exec(query).one()) + 1
