"""Every page of a supplier names somebody with a telephone number (P18)."""

import re
from urllib.parse import urlsplit

from tests.support.joined import submitted
from tests.support.markets import launched, ready
from tests.support.web import Client, Site, text_of

LINK = re.compile(r'href="(/[^"#]*)')
OURS = ("/bureau", "/mes-candidatures", "/mon-dossier", "/messages", "/mon-compte", "/reponse",
        "/rejoindre", "/courriers", "/sad")  # fmt: skip
MOST = 60


def pages(client: Client, start: str) -> dict[str, str]:
    """The pages of people reached from one, each address once whatever its ids."""
    found: dict[str, str] = {}
    waiting, seen = [start], set()
    while waiting and len(found) < MOST:
        address = waiting.pop(0)
        shape = re.sub(r"[0-9a-f-]{36}", "*", urlsplit(address).path)
        if shape in seen or not shape.startswith(OURS):
            continue
        seen.add(shape)
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        found[shape] = text_of(answer)
        waiting += LINK.findall(answer.text)
    return found


def test_every_page_of_a_supplier_names_somebody_to_call(site: Site) -> None:
    with site.work() as work:
        at = ready(work, site.cast)
        launched(work, site.cast, at)
    site.clock.advance(seconds=1)
    with site.work("alder") as work:
        submitted(work, at.other_category_id)
    found = pages(site.as_("alder"), "/bureau")
    assert {"/bureau", "/mon-dossier", "/messages", "/reponse/*", "/rejoindre/*"} <= set(found)
    without = [
        shape
        for shape, said in found.items()
        if "Claude Martin" not in said or "02 96 00 00 00" not in said
    ]
    assert not without, without
