"""Why the best ranked may be left for the next one, and what keeps an offer bound (P8, P16)."""

from datetime import date

from sad.audit.service import record
from sad.awards import letters
from sad.awards.papers import missing_papers
from sad.awards.rows import bound_until
from sad.awards.schemas import ProposalInput
from sad.awards.states import AwardState, Cause
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File
from sad.kernel.errors import Invalid, Refusal
from sad.markets.rows import chain_of
from sad.markets.states import MarketState


class PapersRunning(Refusal):
    """The winner still has until `due_on` to give its papers (R2144-7)."""

    code = "awards.papers_running"


class PapersComplete(Refusal):
    """Nothing is missing: there is no reason to ask the next one."""

    code = "awards.papers_complete"


class StillBound(Refusal):
    """Until its last binding day an offer is held to its author (P16). Fact: `bound_until`."""

    code = "awards.still_bound"


class DeclinedReasonMissing(Invalid):
    """What the supplier who does not extend its offer said."""

    code = "awards.declined_reason_missing"


class AgreementLater(Invalid):
    """A written agreement is not dated in the future. Fact: `day`."""

    code = "awards.agreement_later"


def check_agreement(work: Work, day: date | None) -> None:
    """Raises AgreementLater for a day to come."""
    if day is not None and day > work.today:
        raise AgreementLater(where="agreed_on", day=day)


def binding_ends(file: File, award: Award, on: date) -> bool:
    """Whether the offer no longer binds its author, without a written agreement (P16)."""
    last = bound_until(file.market)
    return last is not None and on > last and award.agreed_on is None


def check_cause(work: Work, file: File, award: Award, cause: Cause) -> None:
    """Whether what is said really frees from this winner today."""
    if cause is Cause.DECLINED and not binding_ends(file, award, work.today):
        raise StillBound(bound_until=bound_until(file.market))
    if cause is not Cause.PAPERS:
        return
    if not missing_papers(work, award):
        raise PapersComplete()
    if award.papers_due_on is not None and work.today <= award.papers_due_on:
        raise PapersRunning(due_on=award.papers_due_on)


def tell_left(work: Work, file: File, award: Award, cause: Cause) -> None:
    """Journalled, and told to its supplier with the reason."""
    reason, chain = award.cancelled_reason, chain_of(file.market)
    after, details = {"cause": cause.value}, {"reason": reason}
    record(work, chain, "award.set_aside", award.id, after=after, details=details)
    letters.left_aside(work, file.market, award.supplier_id, cause, reason)


def decline(work: Work, file: File, data: ProposalInput) -> None:
    """Sets aside the offers not extended: a row a lot, cancelled at once, which nobody proposes."""
    last = bound_until(file.market)
    if not data.declined or file.market.state != MarketState.RANKED:
        return
    if not data.declined_reason.strip():
        raise DeclinedReasonMissing(where="declined_reason")
    if last is None or work.today <= last:
        raise StillBound(where="declined", bound_until=last)
    for offer in file.still_in():
        if offer.id not in data.declined:
            continue
        for lot in file.lots:
            amount = file.in_lot(offer, lot.number)
            if amount.lines:
                award = work.add(
                    Award(
                        organisation_id=file.organisation_id,
                        market_id=file.market.id,
                        lot_number=lot.number,
                        offer_id=offer.id,
                        applicant_id=offer.applicant_id,
                        supplier_id=offer.supplier_id,
                        state=AwardState.CANCELLED,
                        ht_cents=amount.ht.cents,
                        payable_cents=amount.paid.cents,
                        proposed_at=work.now,
                        set_aside=True,
                        cancelled_reason=data.declined_reason,
                    )
                )
                chain, after = chain_of(file.market), {"cause": Cause.DECLINED.value}
                details = {"reason": data.declined_reason}
                record(work, chain, "award.set_aside", award.id, after=after, details=details)
        letters.left_aside(
            work, file.market, offer.supplier_id, Cause.DECLINED, data.declined_reason
        )
