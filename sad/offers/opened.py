"""What the opening writes in clear: the offer, its lines, its files."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames.answers import value_of
from sad.frames.tables import ResponseFrame
from sad.frames.vocabulary import Role
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from sad.markets.tables import SpecificMarket
from sad.offers.answer import Answer, AnswerFile
from sad.offers.grid import grid_of
from sad.offers.payload import Draft, Terms
from sad.offers.register import DepositRow
from sad.offers.sealing import Place
from sad.offers.states import OfferState
from sad.offers.tables import Offer, OfferLine

OWNER = "offer"
ON_LINE = "line:"
"""Purpose of a file given on a line, followed by the line's id; « offer » for the others."""


def write_offer(
    work: Work,
    market: SpecificMarket,
    slot: Any,
    deposit: DepositRow,
    payload: bytes,
    known: Mapping[str, AnswerFile],
) -> Offer:
    """The offer, its lines and its files, totals computed again by the engine.

    `known`: what the supplier's side knows of its files, by id.
    """
    sent = json.loads(payload)
    draft = read_payload(work, market, slot.applicant_id, sent)
    offer = work.add(
        Offer(
            **_common(market, slot, deposit),
            state=OfferState.OPENED,
            frame_version=sent["frame"]["version"],
            vat_regime=draft.terms.regime,
            vat_rate=draft.terms.rate,
            ht_cents=draft.totals.ht.cents,
            payable_cents=draft.totals.payable.cents,
            answers=sent.get("answers", {}),
            payload=sent,
            payload_bytes=payload,
        )
    )
    work.session.add_all(_lines(draft, offer))
    work.session.add_all(_files(draft.answer.files, known, offer, deposit.received_at))
    work.session.flush()
    return offer


def write_unreadable(
    work: Work, market: SpecificMarket, slot: Any, deposit: DepositRow, fault: str
) -> Offer:
    """An offer nobody can read: named, dated, its bytes left in the slot (OFF-07)."""
    return work.add(
        Offer(
            **_common(market, slot, deposit),
            state=OfferState.UNREADABLE,
            frame_version=market.frame_version,
            vat_regime=slot.vat_regime,
            vat_rate=slot.vat_rate,
            fault=fault,
        )
    )


def read_payload(
    work: Work, market: SpecificMarket, applicant_id: UUID, sent: dict[str, Any]
) -> Draft:
    """A payload read with the market's grid, whatever version it was made on."""
    regime = VatRegime(sent["vat"]["regime"])
    rate = sent["vat"]["rate"]
    frame = work.get_in(ResponseFrame, market.organisation_id, market.frame_id)
    grid = grid_of(
        work,
        market.organisation_id,
        market.frame_id,
        market.frame_version,
        frame.content_sha256,
        regime,
    )
    answer = Answer(
        lines={line["line"]: line["values"] for line in sent["lines"]},
        answers=sent.get("answers", {}),
        files=[AnswerFile(**file) for file in sent["files"]],
    )
    terms = Terms(
        Place(market.organisation_id, market.id, applicant_id),
        sent["frame"]["version"],
        sent["frame"]["sha256"],
        regime,
        None if rate is None else Decimal(rate),
        market.partial_allowed,
    )
    return Draft(answer, grid, terms)


def _common(market: SpecificMarket, slot: Any, deposit: DepositRow) -> dict[str, Any]:
    return {
        "organisation_id": market.organisation_id,
        "market_id": market.id,
        "applicant_id": slot.applicant_id,
        "supplier_id": slot.supplier_id,
        "supplier_name": slot.name,
        "deposit_id": deposit.id,
        "received_at": deposit.received_at,
    }


def _lines(draft: Draft, offer: Offer) -> list[OfferLine]:
    """A line whose quantity an addendum made impossible is written as typed, without amount."""
    found = []
    for rank in sorted(draft.answered):
        line = draft.grid.view.lines[rank]
        values = draft.values[rank]
        offered = draft.offered.get(rank)
        price = value_of(draft.grid.frame, values, Role.UNIT_PRICE)
        available = value_of(draft.grid.frame, values, Role.AVAILABLE)
        typed = Decimal(available) if isinstance(available, int | Decimal) else Decimal(0)
        amount = draft.totals.lines.get(str(rank))
        found.append(
            OfferLine(
                organisation_id=offer.organisation_id,
                offer_id=offer.id,
                line_id=line.id,
                quantity=offered.quantity if offered else typed,
                slices=offered.slices if offered else None,
                unit_cents=price.cents if isinstance(price, Money) else None,
                ht_cents=None if amount is None else amount.cents,
                values=dict(draft.answer.lines.get(str(line.id), {})),
            )
        )
    return found


def _files(
    files: Sequence[AnswerFile], known: Mapping[str, AnswerFile], offer: Offer, at: datetime
) -> list[Attachment]:
    """The keys are now in clear: nothing is rewritten, the application decrypts as it serves."""
    return [
        Attachment(
            organisation_id=offer.organisation_id,
            id=UUID(file.id),
            owner_kind=OWNER,
            owner_id=offer.id,
            purpose=OWNER if file.line is None else f"{ON_LINE}{file.line}",
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            object_name=file.object,
            file_key=bytes.fromhex(file.key),
            scan=known.get(file.id, file).scan,
            copies=known.get(file.id, file).copies,
            created_at=at,
        )
        for file in files
    ]
