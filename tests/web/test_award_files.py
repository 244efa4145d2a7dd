"""Files of the award: encrypted as they arrive, read by who awards and audits, none left behind."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from sad.attachments.tables import Attachment
from sad.suppliers.tables import SupplierPaper
from tests.awards.steps import decide, propose
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.evaluation.steps import close_all
from tests.support.web import Site, text_of

CERTIFICATE = b"Attestation de regularite fiscale, Atelier birch."
CONTRACT = b"Acte d'engagement signe par les deux parties."


@pytest.fixture
def scene(site: Site) -> Scene:
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast)
        close_all(work, site.cast, scene)
        return scene


def stored(site: Site) -> list[bytes]:
    """The bytes of every object kept."""
    store = site.wiring.store
    later = site.wiring.clock.real() + timedelta(days=36_500)
    return [b"".join(store.read(one.name)) for one in store.older_than(later)]


def decided(site: Site, scene: Scene) -> UUID:
    with site.work("officer") as work:
        (award,) = propose(work, site.cast, scene)
        decide(work, site.cast, scene)
        return award.id


def test_a_winners_paper_arrives_as_a_file(site: Site, scene: Scene) -> None:
    buyer, base = site.as_("buyer"), f"/marches/{scene.market_id}/attribution"
    buyer.follow(buyer.post(f"{base}/proposer", {}))
    with site.read("buyer") as work:
        award = work.session.exec(select(Attachment.id)).all()
        assert award == []
    page = buyer.get(base)
    path = page.text.split('enctype="multipart/form-data"')[0].rsplit('action="', 1)[1]
    path = path.split('"')[0]
    sent = {"kind": "tax_certificate", "expires_on": "2027-03-01"}
    page = buyer.follow(buyer.post(path, sent, files={"file": ("fiscale.txt", CERTIFICATE)}))
    assert "Valable" in text_of(page)
    with site.read("officer") as work:
        (paper,) = work.session.exec(select(SupplierPaper)).all()
        assert (paper.name, paper.kind, paper.size) == ("fiscale.txt", "tax", len(CERTIFICATE))
    assert len(stored(site)) == 1
    assert CERTIFICATE not in stored(site)[0]
    file = f"{path}/{paper.id}"
    assert f'href="{file}"' in page.text
    for part, status in (("officer", 200), ("auditor", 200), ("evaluator", 403), ("alder", 404)):
        answer = site.as_(part).get(file)
        assert answer.status_code == status, part
        assert (answer.content == CERTIFICATE) is (status == 200)
    assert site.as_("other_officer").get(file).status_code == 404
    assert "fiscale.txt" in text_of(site.as_("birch").get("/mon-dossier"))


def test_a_refused_paper_leaves_nothing(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        (award,) = propose(work, site.cast, scene, "cedar")
    path = f"/marches/{scene.market_id}/attribution/{award.id}/pieces"
    buyer = site.as_("buyer")
    for typed, name, content in (
        ({"kind": "tax_certificate"}, "virus.exe", b"MZ\x90\x00"),
        ({"kind": "insurance"}, "assurance.txt", CERTIFICATE),  # not asked of this winner
        ({"kind": "tax_certificate", "expires_on": "2020-01-01"}, "vieille.txt", CERTIFICATE),
    ):
        refused = buyer.post(path, typed, files={"file": (name, content)})
        assert refused.status_code == 422, name
    given = {"kind": "tax_certificate"}
    for part, status in (("auditor", 403), ("alder", 403), ("other_officer", 404)):
        answer = site.as_(part).post(path, given, files={"file": ("a.txt", CERTIFICATE)})
        assert answer.status_code == status, part
    assert stored(site) == []


def test_the_signed_contract_is_kept_and_read_again(site: Site, scene: Scene) -> None:
    award = decided(site, scene)
    path = f"/marches/{scene.market_id}/attribution/{award}"
    officer, file = site.as_("officer"), {"file": ("acte.txt", CONTRACT)}
    signed = {
        "engagement_number": "E-1",
        "supplier_signed_on": "2026-09-17",
        "delegation_id": str(site.cast.delegation_id),
    }
    missing = officer.post(f"{path}/signer", {**signed, "engagement_number": ""}, files=file)
    assert missing.status_code == 409
    assert stored(site) == []
    key = {"act_key": str(uuid4())}
    for _ in range(2):
        assert officer.post(f"{path}/signer", signed | key, files=file).status_code == 303
    assert len(stored(site)) == 1
    assert CONTRACT not in stored(site)[0]
    assert "Acte d’engagement signé" in text_of(officer.get(path.rsplit("/", 1)[0]))
    for part, status in (("officer", 200), ("auditor", 200), ("birch", 404)):
        answer = site.as_(part).get(f"{path}/contrat")
        assert answer.status_code == status, part
        assert (answer.content == CONTRACT) is (status == 200)
    assert site.as_("other_officer").get(f"{path}/contrat").status_code == 404
    with site.read("officer") as work:
        (row,) = work.session.exec(select(Attachment)).all()
        assert (row.owner_kind, row.owner_id, row.purpose) == ("award", award, "contract")


def test_without_a_file_nor_its_original_nothing_is_signed(site: Site, scene: Scene) -> None:
    award = decided(site, scene)
    path = f"/marches/{scene.market_id}/attribution/{award}"
    signed = {
        "engagement_number": "E-1",
        "supplier_signed_on": "2026-09-17",
        "delegation_id": str(site.cast.delegation_id),
    }
    officer = site.as_("officer")
    refused = officer.post(f"{path}/signer", signed, files={"file": ("", b"")})
    assert refused.status_code == 409
    assert "Il manque l&#39;acte d&#39;engagement signé" in refused.text
    kept = officer.post(f"{path}/signer", signed | {"paper_kept": "true"})
    assert kept.status_code == 303
    assert officer.get(f"{path}/contrat").status_code == 404
