"""A file found infected at the opening: its supplier alone is told, in words that help."""

from app.worker.files import scan_opened
from sad.attachments.scanning import Finding, Scan, Verdict
from sad.notifications.outbox import kept_letters
from tests.attachments.samples import PDF
from tests.offers.scene import OPENING, Scene, make_scene
from tests.support.web import Site, text_of
from tests.web.test_answer_photos import scanned_by
from tests.web.test_answers import base, send, upload

TRAP, FOUND = PDF + b"%piege", "Essai.Virus"


class Watchful:
    """An antivirus that knows one file."""

    def __init__(self) -> None:
        self.seen = b""

    def begin(self) -> Scan:
        return Watchful()

    def feed(self, block: bytes) -> None:
        self.seen += block

    def finish(self) -> Finding:
        found = self.seen == TRAP
        return Finding(Verdict.INFECTED, FOUND) if found else Finding(Verdict.CLEAN)

    def abandon(self) -> None:
        """Nothing to leave."""


def test_the_supplier_of_an_infected_file_is_told_by_mail_and_on_its_pages(site: Site) -> None:
    with site.work() as work:
        scene: Scene = make_scene(work, site.cast)
    alder, birch = site.as_("alder"), site.as_("birch")
    for name, content in (("fiche.pdf", PDF), ("devis.pdf", TRAP)):
        assert upload(alder, scene, name, content).status_code == 201
    for one in (alder, birch):
        send(one, scene)
    site.clock.set(OPENING)
    alder, birch = site.as_("alder"), site.as_("birch")
    site.as_("buyer").post(f"/marches/{scene.market_id}/ouverture")
    assert "antivirus" not in text_of(alder.get(base(scene)))
    scan_opened(scanned_by(site, Watchful()).wiring, "test")
    closed = text_of(alder.get(base(scene)))
    assert "Relire ma réponse" in closed and "arriverait trop tard" not in closed
    for page in ("", "/relire", "/accuses"):
        words = text_of(alder.get(base(scene) + page))
        assert "Un de vos fichiers est mis de côté par l’antivirus" in words
        assert f"devis.pdf trouvé : {FOUND}" in words
        assert "antivirus" not in text_of(birch.get(base(scene) + page))
    with site.read() as work:
        told = [x for x in kept_letters(work) if x.kind == "offer.file_quarantined"]
    assert [one.to for one in told] == ["alder@brume.example"]
    assert "un de vos fichiers est mis de côté" in text_of(alder.get("/messages"))
