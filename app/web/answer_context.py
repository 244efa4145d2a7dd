"""What every page of a supplier's own answer knows."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.web import answer_views as views
from app.web.pages import render
from sad.accounts.logos import logo_address
from sad.accounts.tables import Organisation
from sad.db.work import Work
from sad.offers import queries
from sad.offers.rules import MayNotAnswer
from sad.offers.scans import quarantined_of
from sad.offers.states import Standing


def own_context(work: Work, market_id: UUID) -> dict[str, Any]:
    """What every page of the answer knows."""
    own = queries.own_answer(work, market_id)
    facts = own.desk.market
    buyer = work.shared(Organisation, facts.organisation_id)
    place = own.desk.place
    held = quarantined_of(work, place.organisation_id, place.market_id, place.applicant_id)
    return {
        "own": own,
        "facts": facts,
        "draft": own.draft,
        "standing": own.standing,
        "open": work.now <= facts.deadline_at,
        "writable": own.desk.writable,
        "base": f"/reponse/{market_id}",
        "choice_at": lambda key: f"/reponse/{market_id}/choix/{key}/",
        "headings": views.headings(own.draft),
        "complete": views.complete(own.draft),
        "read": views.values_read(own.draft),
        "quarantined": held if facts.opened_at else [],
        "once": views.asked_once(own.draft, {}, None),
        "organisation": _dressed(buyer),
        "buyer": buyer,
        "moment_now": work.now,
        "Standing": Standing,
    }


def _dressed(buyer: Organisation) -> dict[str, Any]:
    """The buyer's name, accent and contact, as the shell of the page wants them."""
    return {
        "name": buyer.name,
        "accent": buyer.accent,
        "logo": logo_address(buyer.id, buyer.logo),
        "contact": {
            "name": buyer.contact_name,
            "phone": buyer.contact_phone,
            "mail": buyer.contact_email,
            "role": "service commande publique",
        },
    }


def may_not(request: Request, refusal: MayNotAnswer) -> Response:
    """Why this supplier may not answer, and its way out."""
    return render(
        request,
        "offers/may_not.html",
        status=refusal.status,
        refusal=refusal,
        way_out=refusal.facts["way_out"],
    )
