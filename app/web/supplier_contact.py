"""Whose name and telephone a supplier's page shows: each page has somebody to call (P18)."""

from typing import Any

from app.web.public import buyer
from sad.candidatures.views import latest_system
from sad.db.work import Work
from sad.systems import queries as systems


def contact(work: Work) -> dict[str, Any]:
    """The buyer of the supplier's newest candidature, as `organisation`; nothing without any."""
    system_id = latest_system(work)
    if system_id is None:
        return {}
    return {"organisation": buyer(work, systems.public_one(work, system_id))}
