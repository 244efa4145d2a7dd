"""The reference picture of a line: joined to a draft, seen by the invited, gone with its line."""

from pathlib import Path
from uuid import UUID

import pytest

from sad.attachments.tables import Attachment
from sad.frames.tables import FrameLine
from sad.kernel.ids import uuid7
from sad.markets import queries
from sad.markets.pictures import OWNER
from tests.attachments.samples import png
from tests.offers.scene import make_scene
from tests.support.markets import draft, ready
from tests.support.web import Client, Site
from tests.web.test_answers import base


@pytest.fixture
def place(site: Site) -> tuple[str, UUID]:
    """A draft and the address of its first line."""
    with site.work() as work:
        market = draft(work, site.cast, ready(work, site.cast))
    with site.read("buyer") as work:
        line = queries.one(work, market.id).frame.lines[0]
    return f"/marches/{market.id}/grille/lignes/{line.id}", line.id


def join(client: Client, address: str, name: str, content: bytes) -> int:
    return client.post(f"{address}/photo", {}, files={"picture": (name, content)}).status_code


def kept(site: Site) -> list[Path]:
    return list((site.wiring.settings.data_dir / "files" / "objects").iterdir())


def test_joined_replaced_taken_out(site: Site, place: tuple[str, UUID]) -> None:
    address, _ = place
    buyer = site.as_("buyer")
    assert buyer.get(f"{address}/photo").status_code == 404
    assert join(buyer, address, "modele.png", png()) == 303
    assert f'src="{address}/photo"' in buyer.get(address).text
    shown = buyer.get(f"{address}/photo")
    assert shown.content == png()
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert join(buyer, address, "autre.png", png()) == 303
    assert len(kept(site)) == 1
    assert buyer.post(f"{address}/photo/retirer").status_code == 303
    assert not kept(site)


def test_gone_with_its_line(site: Site, place: tuple[str, UUID]) -> None:
    address, _ = place
    buyer = site.as_("buyer")
    join(buyer, address, "modele.png", png())
    assert buyer.post(f"{address}/retirer").status_code == 303
    assert not kept(site)


def test_only_pictures_and_only_those_who_prepare(site: Site, place: tuple[str, UUID]) -> None:
    address, _ = place
    buyer = site.as_("buyer")
    for name, content in (("note.txt", b"Bonjour"), ("faux.png", b"%PDF-1.7"), ("", b"")):
        assert join(buyer, address, name, content) == 422
    for part in ("auditor", "evaluator", "alder"):
        assert join(site.as_(part), address, "modele.png", png()) == 403
    assert join(site.as_("other_officer"), address, "modele.png", png()) == 404
    assert not kept(site)


def test_the_invited_see_it_on_the_line_and_nobody_else(site: Site) -> None:
    with site.work() as work:
        scene = make_scene(work, site.cast)
        org = site.cast.organisation_id
        store = site.wiring.store
        with store.writer("ab" * 16) as target:
            target.write(png())
        row = work.add(
            Attachment(
                organisation_id=org,
                id=uuid7(),
                owner_kind=OWNER,
                owner_id=scene.lines[0],
                purpose="picture",
                name="modele.png",
                media_type="image/png",
                size=len(png()),
                sha256="0" * 64,
                object_name="ab" * 16,
                created_at=work.now,
            )
        )
        line = work.get_in(FrameLine, org, scene.lines[0])
        line.picture_id = row.id
        work.add(line)
    alder = site.as_("alder")
    assert f'src="{base(scene)}/lignes/1/photo"' in alder.get(base(scene) + "/offre").text
    assert alder.get(base(scene) + "/lignes/1/photo").content == png()
    assert alder.get(base(scene) + "/lignes/2/photo").status_code == 404
    assert site.as_("buyer").get(base(scene) + "/lignes/1/photo").status_code == 403
    assert site.anonymous().get(base(scene) + "/lignes/1/photo").status_code == 303
