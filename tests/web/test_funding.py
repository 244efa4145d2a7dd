"""Credits on pages: what the officer does, what others see, what is refused in words."""

import re
from uuid import UUID

import pytest

from sad.funding import queries, service
from tests.funding.scene import Scene, cause, engage, euros, make_scene, reserve
from tests.support.web import Site, text_of


@pytest.fixture
def scene(site: Site) -> Scene:
    with site.work("officer") as work:
        return make_scene(work)


def _line(site: Site, scene: Scene):
    with site.read("officer") as work:
        return queries.line(work, scene.line)


def test_the_officer_opens_a_line_and_its_envelopes(site: Site) -> None:
    with site.work("officer") as work:
        scene = make_scene(work)
    officer = site.as_("officer")
    made = officer.post(
        "/credits/lignes/nouvelle",
        {
            "system_id": str(scene.system),
            "label": "Mobilier 2027",
            "budget": "Budget principal",
            "year": "2027",
            "chapter": "21",
            "vat_recovery": "full",
            "voted": "80 000,50 €",
        },
    )
    page = text_of(officer.follow(made))
    assert "80 000,50 €" in page
    assert "Montants HT, la TVA étant récupérée" in page
    path = made.headers["location"]
    form = officer.get(f"{path}/enveloppes/nouvelle").text
    category = re.findall(r'<option value="([0-9a-f-]{36})"', form)[0]
    opened = officer.post(
        f"{path}/enveloppes/nouvelle",
        {"category_id": category, "label": "Sièges", "year": "2027", "amount": "30 000"},
    )
    assert "Sièges" in text_of(officer.follow(opened))
    assert "30 000,00 €" in text_of(officer.get("/credits"))


def test_what_was_typed_is_kept_beside_what_is_wrong(site: Site, scene: Scene) -> None:
    officer = site.as_("officer")
    wrong = officer.post(f"/credits/enveloppes/{scene.seats}/abonder", {"amount": "abc"})
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.text
    beyond = officer.post(f"/credits/enveloppes/{scene.seats}/abonder", {"amount": "100 001"})
    assert beyond.status_code == 409
    assert "il reste 100 000,00 € à répartir" in text_of(beyond)


def test_a_transfer_is_checked_then_done_once(site: Site, scene: Scene) -> None:
    officer = site.as_("officer")
    typed = {"target_id": str(scene.tables), "amount": "1 500", "reason": "sièges moins chers"}
    base = f"/credits/enveloppes/{scene.seats}/virement"
    shown = text_of(officer.post(f"{base}/verifier", typed))
    assert "« Assises » passera de 60 000,00 € à 58 500,00 € disponibles" in shown
    assert [e.available for e in _line(site, scene).envelopes] == [6_000_000, 4_000_000]
    key = {"act_key": "7b6f0c7e-2f0e-4a55-9d0a-0d8f0a3c1d11"}
    for _ in range(2):
        page = text_of(officer.follow(officer.post(base, typed | key)))
        assert "« sièges moins chers »" in page
    assert [e.available for e in _line(site, scene).envelopes] == [5_850_000, 4_150_000]
    without = officer.post(f"{base}/verifier", typed | {"reason": " "})
    assert without.status_code == 422
    assert "Indiquez le motif" in text_of(without)


def test_a_movement_is_undone_and_both_are_shown(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        made = service.allocate(work, scene.seats, euros(10), cause())
    officer = site.as_("officer")
    path = f"/credits/mouvements/{made.id}/annuler"
    assert "Un mouvement contraire de 10,00 €" in text_of(officer.get(path))
    page = text_of(officer.follow(officer.post(path, {"reason": "tapé deux fois"})))
    assert "Annulation : dotation" in page
    assert "annulé ensuite" in page
    again = officer.post(path, {"reason": "encore"})
    assert again.status_code == 409
    assert "déjà annulé" in text_of(again)


def test_the_account_says_what_was_left_on_a_past_evening(site: Site, scene: Scene) -> None:
    site.clock.advance(days=3)
    with site.work("officer") as work:
        reserve(work, scene, 12_000)
    page = text_of(site.as_("buyer").get(f"/credits/lignes/{scene.line}?au=2026-09-02"))
    assert "Au soir du mercredi 2 septembre 2026, il restait" in page
    assert "Assises 60 000,00 €" in page
    later = text_of(site.as_("buyer").get(f"/credits/lignes/{scene.line}?au=2026-09-04"))
    assert "Assises 48 000,00 €" in later
    assert site.as_("buyer").get(f"/credits/lignes/{scene.line}?au=hier").status_code == 422
    assert site.as_("buyer").get(f"/credits/lignes/{scene.line}?au=9999-12-31").status_code == 422


def test_the_auditor_reads_that_the_journal_agrees(site: Site, scene: Scene) -> None:
    page = text_of(site.as_("auditor").get(f"/credits/lignes/{scene.line}"))
    assert "Le journal redonne ces soldes" in page
    assert "Abonder" not in page
    assert "Le journal redonne" not in text_of(
        site.as_("buyer").get(f"/credits/lignes/{scene.line}")
    )


def test_an_account_leaves_as_a_spreadsheet_without_formulas(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        reason = '=HYPERLINK("http://exemple.example")'
        service.transfer(work, scene.seats, scene.tables, euros(1), reason, cause())
        service.vote(work, scene.line, euros(1), cause(), "+33 DM")
    file = site.as_("auditor").get(f"/credits/lignes/{scene.line}/mouvements.csv")
    assert file.headers["content-type"].startswith("text/csv")
    lines = file.content.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("N°;Date;Mouvement;")
    assert "'=HYPERLINK" in file.text
    assert "'+33 DM" in file.text
    assert ";-1,00;" in file.text  # an amount stays a number
    assert len(lines) == 3 + 3 + 1 + 1
    own = site.as_("auditor").get(f"/credits/enveloppes/{scene.seats}/mouvements.csv")
    assert len(own.text.split("\r\n")) == 1 + 2 + 1


def test_a_year_ends_with_what_is_left_to_pay(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        engage(work, scene, 1_200)
    page = text_of(site.as_("officer").get("/credits/cloture"))
    assert "engagement n° E-2026-0042" in page
    assert "1 200,00 €" in page
    assert "E-2026-0042" in site.as_("officer").get("/credits/cloture.csv?annee=2026").text


def test_an_overdrawn_envelope_is_said_first(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        reserve(work, scene, 61_000)
    page = text_of(site.as_("officer").get("/credits"))
    assert "L’enveloppe est dépassée de 1 000,00 €" in page


def test_who_may_read_and_who_may_not(site: Site, scene: Scene) -> None:
    pages = ["/credits", f"/credits/lignes/{scene.line}", f"/credits/enveloppes/{scene.seats}"]
    for path in pages:
        for part in ("officer", "buyer", "auditor"):
            assert site.as_(part).get(path).status_code == 200
        for part in ("evaluator", "administrator", "alder", "stranger"):
            assert site.as_(part).get(path).status_code == 403
        assert site.anonymous().get(path).status_code == 303
    assert site.as_("other_officer").get(pages[1]).status_code == 404
    assert "Totem" not in site.as_("other_officer").get("/credits").text
    for part in ("buyer", "auditor"):
        forbidden = site.as_(part).post(
            f"/credits/enveloppes/{scene.seats}/abonder", {"amount": "1"}
        )
        assert forbidden.status_code == 403
        assert site.as_(part).get("/credits/lignes/nouvelle").status_code == 403


def test_pages_of_movements_follow_one_another(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        for _ in range(55):
            reserve(work, scene, 1)
    officer = site.as_("officer")
    first = officer.get(f"/credits/lignes/{scene.line}?nature=reservation")
    older = re.search(r'href="([^"]*avant=\d+)" rel="next"', first.text)
    assert older is not None
    second = officer.get(older.group(1).replace("&amp;", "&"))
    assert second.text.count('<tr id="mouvement-') == 5
    assert UUID(str(scene.line))
