"""Whose name and telephone a page shows: everybody has somebody to call (P18)."""

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.security.sessions import Viewer
from app.wiring import Wiring
from sad.accounts.logos import logo_address
from sad.accounts.tables import Organisation
from sad.candidatures.views import latest_system
from sad.db.work import Work, reading
from sad.kernel.actor import Actor
from sad.kernel.errors import NotFound
from sad.systems import queries as systems
from sad.systems.schemas import SystemView


def buyer(work: Work, view: SystemView) -> dict[str, Any]:
    """The buyer as the page's shell shows it, with the system's own contact."""
    organisation = work.shared(Organisation, view.organisation_id)
    contact = {
        "name": view.contact_name or organisation.contact_name,
        "role": "service commande publique",
        "phone": view.contact_phone or organisation.contact_phone,
        "mail": view.contact_email or organisation.contact_email,
    }
    return {
        "name": organisation.name,
        "siret": organisation.siret,
        "accent": organisation.accent,
        "logo": logo_address(organisation.id, organisation.logo),
        "contact": contact,
    }


def host(wiring: Wiring, viewer: Viewer) -> dict[str, Any] | None:
    """For a page about no system: the buyer of the supplier's newest candidature, otherwise the
    only buyer there is. A page of error shows even when the database does not answer.
    """
    actor = Actor(viewer.person_id, None, viewer.supplier_id, viewer.roles)
    try:
        with reading(wiring.engine, wiring.clock, wiring.rings, actor) as work:
            newest = latest_system(work) if viewer.supplier_id else None
            if newest is not None:
                return buyer(work, systems.public_one(work, newest))
            views = systems.published(work)
            if len({view.organisation_id for view in views}) == 1:
                return buyer(work, views[0])
    except (SQLAlchemyError, NotFound):  # not published yet: nobody to name
        return None
    return None
