"""How many messages wait, said in the navigation of every page: the inbox comes before mails."""

from sqlalchemy.exc import SQLAlchemyError

from app.security.sessions import Viewer
from app.wiring import Wiring
from sad.db.work import reading
from sad.kernel.actor import Actor
from sad.notifications import queries


def unread_of(wiring: Wiring, viewer: Viewer) -> int:
    """Zero for nobody, and where the database does not answer: error pages show all the same."""
    if viewer.person_id is None:
        return 0
    actor = Actor(viewer.person_id, viewer.organisation_id, viewer.supplier_id, viewer.roles)
    try:
        with reading(wiring.engine, wiring.clock, wiring.rings, actor) as work:
            return queries.unread(work)
    except SQLAlchemyError:
        return 0
