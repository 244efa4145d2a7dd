"""Issuing a letter: frozen with its hash, told to its supplier, journalled by its hash.

The facts are canonical JSON; `templates/awards/letters/<kind>.html` gives them their words.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.permissions import Permission, may, require, require_supplier
from sad.accounts.tables import Delegation, Organisation
from sad.audit.service import record
from sad.db.work import Work
from sad.evaluation import group_letters
from sad.evaluation.states import RESULTS, LetterKind
from sad.evaluation.tables import Letter
from sad.kernel.canonical import canonical, instant
from sad.kernel.errors import NotFound
from sad.markets.rows import chain_of
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify
from sad.offers.tables import Offer
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


def letter(work: Work, letter_id: UUID) -> Letter:
    """A letter, for the agents of its organisation and the supplier it is for; else NotFound.

    The members of the group it is about read its result too, once final.
    """
    found = work.locate(Letter, letter_id)
    if work.actor.supplier_id is not None and found.supplier_id == work.actor.supplier_id:
        return found
    if may(work, Permission.READ_FILE, found.organisation_id):
        return found
    if group_letters.readable(work, found):
        return found
    raise NotFound()


def answerable(work: Work, found: Letter) -> bool:
    """Whether the supplier reading may still answer this letter on its page."""
    if work.actor.supplier_id != found.supplier_id:
        return False
    offer = _addressed(work, found)
    if offer is None:
        return False
    dues = {
        LetterKind.COMPLETION_REQUEST: offer.completion_due_at,
        LetterKind.LOW_PRICE_QUESTION: offer.low_price_due_at,
    }
    due = dues.get(LetterKind(found.kind))
    return due is not None and work.now <= due and not given_answer(work, found)


def given_answer(work: Work, found: Letter) -> str:
    """What was answered to a letter; empty when nothing was, or nothing is asked."""
    offer = _addressed(work, found)
    if offer is None:
        return ""
    answers = {
        LetterKind.COMPLETION_REQUEST: offer.completion_text,
        LetterKind.LOW_PRICE_QUESTION: offer.low_price_answer,
    }
    return answers.get(LetterKind(found.kind), "")


def _addressed(work: Work, found: Letter) -> Offer | None:
    """The offer a letter is about."""
    return work.session.exec(
        select(Offer).where(
            col(Offer.organisation_id) == found.organisation_id,
            col(Offer.market_id) == found.market_id,
            col(Offer.supplier_id) == found.supplier_id,
        )
    ).first()


def letters_of(work: Work, market_id: UUID) -> list[tuple[Letter, str]]:
    """The letters of a market with the supplier's name, for agents, in the order of their issue."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    query = (
        select(Letter)
        .where(
            col(Letter.organisation_id) == market.organisation_id,
            col(Letter.market_id) == market_id,
        )
        .order_by(col(Letter.issued_at), col(Letter.id))
    )
    return [(row, _addressee(row)) for row in work.session.exec(query)]


def results(work: Work) -> dict[UUID, Letter]:
    """The signed-in supplier's last letter on the result of each market, by market."""
    query = (
        select(Letter)
        .where(
            col(Letter.supplier_id) == require_supplier(work),
            col(Letter.kind).in_(RESULTS),
        )
        .order_by(col(Letter.issued_at), col(Letter.id))
    )
    return {row.market_id: row for row in work.session.exec(query)}


def _addressee(row: Letter) -> str:
    supplier = row.facts.get("supplier")
    return str(supplier.get("name", "")) if isinstance(supplier, dict) else ""


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
