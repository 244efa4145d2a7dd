"""The receipt of a candidature: enclosed to its mail, proven once sealed, checked offline."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.mail.delivery import deliver
from app.mail.smtp import SmtpSender
from app.rendering.carried import carried_files
from app.rendering.receipts import receipt_pdf
from app.wiring import Wiring
from sad.audit.seals import make_seal
from sad.audit.signing import keys_document, publish
from sad.candidatures import service, views
from tests.conftest import OpenWork
from tests.mail.relay import Relay
from tests.mail.test_receipts import enclosed
from tests.support.cast import Cast
from tests.support.joined import DECLARED, draft
from tests.support.published import published_system
from tests.support.rings import FixedRings


def test_it_is_enclosed_and_verified_with_its_place_in_the_journal(
    wiring: Wiring,
    work: OpenWork,
    read: OpenWork,
    cast: Cast,
    relay: Relay,
    rings: FixedRings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with work(cast.actor("officer")) as w:
        _, categories = published_system(w, "reemploi-ressourcerie", "bois-metal")
    with work(cast.actor("alder")) as w:
        sent = service.submit(w, [draft(w, one).id for one in categories], DECLARED)
    settings = wiring.settings
    assert settings.smtp_url
    deliver(wiring, SmtpSender(settings.smtp_url, settings.mail_from), "one")
    (mail,) = [one for one in relay.received if one["to"] == "alder@brume.example"]
    with read(cast.actor("alder")) as w:
        numbers = {views.mine_one(w, one.id).receipt_number for one in sent}
    papers = enclosed(mail)
    assert set(papers) == {f"{number}.pdf" for number in numbers}
    for paper in papers.values():
        (file,) = carried_files(paper)
        assert json.loads(file)["proof"] is None
    with work() as w:
        make_seal(w)
    with read(cast.actor("alder")) as w:
        file, payload = views.receipt_file(w, sent[0].id), views.payload_file(w, sent[0].id)
    for name, content in (("accuse.pdf", receipt_pdf(file.encode())), ("dossier", payload)):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "keys").write_text(json.dumps(keys_document(publish(rings.signing))))
    given = ["receipt", "verify", str(tmp_path / "accuse.pdf"), "--keys", str(tmp_path / "keys")]
    assert main([*given, "--document", str(tmp_path / "dossier")]) == 0
    said = capsys.readouterr().out
    assert "Les pages de ce PDF sont celles que ce fichier donne." in said
    assert "Le journal le contenait quand il a été scellé" in said
