"""What each audience finds in the bar: few words, those of its work."""

from app.security.sessions import Viewer
from sad.accounts.permissions import GRANTS, Permission

PUBLIC = (("Achats ouverts", "/"),)
SUPPLIER = (
    ("Mon bureau", "/bureau"),
    ("Mes candidatures", "/mes-candidatures"),
    ("Messages", "/messages"),
    ("Mon dossier", "/mon-dossier"),
    ("Achats ouverts", "/"),
)
AGENT = (
    ("Marchés", "/marches", Permission.READ_FILE),
    ("Inventaires", "/inventaires", Permission.READ_FILE),
    ("Candidatures", "/candidatures", Permission.READ_FILE),
    ("Crédits", "/credits", Permission.READ_FUNDING),
    ("Systèmes", "/systemes", Permission.READ_FILE),
    ("Journal", "/journal", Permission.READ_JOURNAL),
    ("Messages", "/messages", None),
    ("Paramètres", "/parametres", Permission.MANAGE_DELEGATIONS),
)
MESSAGES = "/messages"
DEMONSTRATION = ("Démonstration", "/demonstration")


def navigation(
    viewer: Viewer, path: str, *, demonstration: bool, unread: int = 0
) -> list[tuple[str, str, bool]]:
    """(label, address, current) for the viewer's hat; messages say how many are unread."""
    links: list[tuple[str, str]]
    if viewer.agent:
        links = [
            (label, href)
            for label, href, permission in AGENT
            if permission is None or GRANTS[permission] & viewer.roles
        ]
    else:
        links = list(SUPPLIER if viewer.supplier_id else PUBLIC)
    if demonstration:
        links.append(DEMONSTRATION)
    return [
        (
            f"{label} ({unread})" if href == MESSAGES and unread else label,
            href,
            _current(path, href),
        )
        for label, href in links
    ]


def _current(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
