"""Trying one's equipment and rehearsing a deposit, without an account and without a trace."""

import hashlib
import re

from app.web.rehearsal import SAMPLE
from tests.app.test_rehearsal import LINE
from tests.attachments.samples import jpeg
from tests.support.web import Client, Site, text_of
from tests.web.test_auditor import contents

PICTURE = jpeg()


def send(client: Client, content: bytes, name: str, query: str = "") -> tuple[int, dict[str, str]]:
    headers = {"x-file-name": name, "content-type": "application/octet-stream"}
    answer = client.http.post(f"/essai/fichier{query}", content=content, headers=headers)
    return answer.status_code, answer.json() if answer.status_code == 200 else {}


def test_a_file_comes_and_goes(site: Site) -> None:
    before, anyone = contents(site), site.anonymous()
    page = anyone.get("/essai")
    expected = hashlib.sha256(SAMPLE).hexdigest()
    assert f'data-size="{len(SAMPLE)}" data-sha256="{expected}"' in page.text
    status, found = send(anyone, SAMPLE, "essai.txt")
    assert (status, found["sha256"]) == (200, expected)
    assert found["now"] == int(site.clock.real().timestamp() * 1000)
    assert send(anyone, PICTURE, "table.jpg", "?photo=1")[1]["photo"].startswith("table.jpg|")
    for content, name, query, refused in (
        (SAMPLE, "essai.txt", "?photo=1", 422),
        (b"PK\x03\x04" + SAMPLE, "essai.zip", "", 422),
        (SAMPLE, "photo.heic", "", 422),
        (SAMPLE, "", "", 422),
    ):
        assert send(anyone, content, name, query)[0] == refused
    form = anyone.post("/essai", files={"file": ("photo.jpg", PICTURE)})
    assert hashlib.sha256(PICTURE).hexdigest() in form.text
    wrong = anyone.post("/essai", files={"file": ("photo.heic", PICTURE)})
    assert wrong.status_code == 422
    assert "HEIC" in text_of(wrong)
    assert anyone.post("/essai", {"x": ""}).status_code == 422
    assert contents(site) == before


def test_a_deposit_is_rehearsed_without_javascript(site: Site) -> None:
    before, anyone = contents(site), site.anonymous()
    assert "quinze chaises sur vingt" in text_of(anyone.get("/essai/depot"))
    wrong = anyone.post("/essai/depot/relire", LINE | {"l1.quantity": "12"})
    assert wrong.status_code == 422
    assert "indiquez 4 au plus" in text_of(wrong)
    files = {"l1.file": ("table.jpg", PICTURE), "l2.file": ("", b"")}
    review = anyone.post("/essai/depot/relire", LINE, files=files)
    assert "3 541,50" in text_of(review).replace("\u202f", " ")
    assert "table.jpg" in text_of(review)
    carried = dict(re.findall(r'type="hidden" name="(l[^"]+)" value="([^"]*)"', review.text))
    assert hashlib.sha256(PICTURE).hexdigest() in carried["l1.photo"]
    assert 'value="1 180,50 €"' in anyone.post("/essai/depot", carried).text
    receipt = anyone.post("/essai/depot/envoyer", carried)
    assert "Essai, sans valeur" in text_of(receipt)
    assert hashlib.sha256(PICTURE).hexdigest() in receipt.text
    assert anyone.post("/essai/depot/envoyer", {}).status_code == 422
    wrong_kind = anyone.post("/essai/depot/relire", LINE, files={"l1.file": ("a.txt", SAMPLE)})
    assert wrong_kind.status_code == 422
    assert 'href="#f-l1-file"' in wrong_kind.text
    assert contents(site) == before


def test_signed_in_people_rehearse_too(site: Site) -> None:
    for part in ("alder", "auditor"):
        client = site.as_(part)
        review = client.post("/essai/depot/relire", LINE, files={"l2.file": ("", b"")})
        assert review.status_code == 200, part
