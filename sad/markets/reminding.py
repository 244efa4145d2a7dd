"""The same reminder to all the invited, whoever has answered or not: only the desk says more."""

from sad.accounts.sign_in import door
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.canonical import instant
from sad.markets.rows import chain_of, invited_suppliers
from sad.markets.tables import SpecificMarket
from sad.notifications.service import notify


def tell_all(work: Work, market: SpecificMarket, left: str = "") -> None:
    """Writes to every invited supplier, and that it was done.

    The words are the same to all; each person's mail leads in by a link of its own.

    `left`: "three_days" or "one_day" for an automatic reminder, none for the buyer's press.
    """
    market.reminded_at = work.now
    work.add(market)
    record(work, chain_of(market), "market.reminded", market.id)
    notify(
        work,
        "market.reminded",
        suppliers=invited_suppliers(work, market),
        facts={
            "number": market.number,
            "title": market.title,
            "deadline_at": instant(market.deadline_at) if market.deadline_at else None,
            "left": left,
        },
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
        door=lambda person_id: door(work, person_id, f"/reponse/{market.id}"),
    )
