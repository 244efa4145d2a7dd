"""« Demander un échange de 15 minutes »: asked in one press by a supplier not chosen (P19).

The buyer is told with whom to speak, and marks it once held. One a supplier and a market.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require, require_supplier
from sad.accounts.tables import Person
from sad.audit.service import record
from sad.candidatures.service import officers
from sad.db.work import Work
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import ExchangeRequest, Letter
from sad.kernel.errors import NotFound, Refusal
from sad.markets.rows import chain_of, watchers
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify
from sad.suppliers.tables import Supplier


class NotAfterRejection(Refusal):
    """An exchange is proposed after a rejection; other letters say whom to call."""

    code = "awards.exchange_after_rejection"


@dataclass(frozen=True)
class Exchange:
    """An exchange asked, with whom to speak."""

    id: UUID
    market_id: UUID
    letter_id: UUID
    supplier: str
    person: str
    phone: str
    mail: str
    asked_at: datetime
    held_at: datetime | None


def ask(work: Work, letter_id: UUID) -> ExchangeRequest:
    """The supplier of a rejection letter asks; pressed again, the same request.

    Raises NotFound for another's letter, NotAfterRejection for a letter of another kind.
    """
    supplier_id = require_supplier(work)
    letter = work.locate(Letter, letter_id, lock=True)
    if letter.supplier_id != supplier_id:
        raise NotFound()
    if letter.kind != LetterKind.REJECTION:
        raise NotAfterRejection()
    if (asked := of_supplier(work, letter)) is not None:
        return asked
    market = work.get_in(SpecificMarket, letter.organisation_id, letter.market_id)
    request = work.add(
        ExchangeRequest(
            organisation_id=letter.organisation_id,
            market_id=letter.market_id,
            supplier_id=supplier_id,
            letter_id=letter.id,
            asked_at=work.now,
            asked_by=work.actor.person_id,
        )
    )
    after = {"supplier": str(supplier_id), "letter": str(letter.id)}
    record(work, chain_of(market), "market.exchange_asked", request.id, after=after)
    shown = _shown(work, request)
    notify(
        work,
        "exchange.asked",
        persons=watchers(work, market) or officers(work, market.organisation_id),
        facts={
            "number": market.number,
            "title": market.title,
            "supplier": shown.supplier,
            "person": shown.person,
            "phone": shown.phone,
            "mail": shown.mail,
        },
        link=f"/marches/{market.id}#echanges",
        organisation_id=market.organisation_id,
    )
    return request


def hold(work: Work, market_id: UUID, request_id: UUID) -> ExchangeRequest:
    """An agent says that it was held; said again, nothing changes."""
    require(work, Permission.ANSWER_QUESTION)
    request = work.get(ExchangeRequest, request_id, lock=True)
    if request.market_id != market_id:
        raise NotFound()
    if request.held_at is None:
        request.held_at, request.held_by = work.now, work.actor.person_id
        work.add(request)
        market = work.get(SpecificMarket, market_id)
        after = {"supplier": str(request.supplier_id)}
        record(work, chain_of(market), "market.exchange_held", request.id, after=after)
    return request


def of_market(work: Work, market_id: UUID) -> Sequence[Exchange]:
    """Those asked in a market, for agents, the oldest first."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    query = (
        select(ExchangeRequest)
        .where(
            col(ExchangeRequest.organisation_id) == market.organisation_id,
            col(ExchangeRequest.market_id) == market_id,
        )
        .order_by(col(ExchangeRequest.asked_at), col(ExchangeRequest.id))
    )
    return [_shown(work, row) for row in work.session.exec(query)]


def of_supplier(work: Work, letter: Letter) -> ExchangeRequest | None:
    """What the supplier of this letter asked in its market."""
    query = select(ExchangeRequest).where(
        col(ExchangeRequest.organisation_id) == letter.organisation_id,
        col(ExchangeRequest.market_id) == letter.market_id,
        col(ExchangeRequest.supplier_id) == letter.supplier_id,
    )
    return work.session.exec(query).first()


def mine(work: Work) -> Sequence[ExchangeRequest]:
    """The supplier's own, the newest first."""
    query = (
        select(ExchangeRequest)
        .where(col(ExchangeRequest.supplier_id) == require_supplier(work))
        .order_by(col(ExchangeRequest.asked_at).desc())
    )
    return list(work.session.exec(query))


def _shown(work: Work, row: ExchangeRequest) -> Exchange:
    supplier = work.shared(Supplier, row.supplier_id)
    person = None if row.asked_by is None else work.session.get(Person, row.asked_by)
    return Exchange(
        id=row.id,
        market_id=row.market_id,
        letter_id=row.letter_id,
        supplier=supplier.name,
        person="" if person is None else person.name,
        phone=supplier.phone,
        mail="" if person is None else person.email,
        asked_at=row.asked_at,
        held_at=row.held_at,
    )
