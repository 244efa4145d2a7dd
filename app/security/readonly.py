"""The role that sees all and changes nothing: refused here too, whatever a service asks."""

from fastapi import Request

from app.security.csrf import SAFE
from app.security.sessions import Viewer
from sad.kernel.actor import Role
from sad.kernel.errors import Forbidden

# What an auditor may change: its own sessions, password and messages; how it came in. Trying one's
# equipment keeps nothing.
PERSONAL = (
    "/connexion",
    "/entrer/",
    "/choisir",
    "/deconnexion",
    "/mon-compte",
    "/messages/",
    "/demonstration",
    "/essai",
    "/api/v1/me",
)


class ReadOnly(Forbidden):
    """An auditor pressed something that changes a file (acceptance 53)."""

    code = "accounts.read_only"


def check_may_write(viewer: Viewer, request: Request) -> None:
    """Refuses an act other than personal to who is an auditor and nothing else."""
    only_reads = viewer.agent and viewer.roles <= {Role.AUDITOR}
    if only_reads and request.method not in SAFE and not request.url.path.startswith(PERSONAL):
        raise ReadOnly()
