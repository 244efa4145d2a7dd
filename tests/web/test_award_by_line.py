"""A market given line by line on pages: who wins what, equals to part, lines left, letters."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from sqlmodel import select

from sad.awards import queries
from sad.evaluation.tables import Letter
from sad.kernel.vat import VatRegime
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene, papers
from tests.evaluation.steps import close_all
from tests.support.web import Site, text_of

EXEMPT = VatRegime.EXEMPT
SAME = {"alder": 15, "birch": 15}
APART = {
    "alder": Bid([10_000, 20_000], EXEMPT),
    "birch": Bid([12_300, 15_100], EXEMPT),
}
EQUAL = {"alder": Bid([10_000, 20_000], EXEMPT), "birch": Bid([10_000, None], EXEMPT)}


def ranked(site: Site, bids: Mapping[str, Bid] = APART, credits: int = 600_000) -> Scene:
    site.clock.set(OPENED)
    with site.work("officer") as work:
        asked = (Asked(), Asked())
        scene = make_scene(work, site.cast, bids, asked, mode="lines", credits={1: credits})
        close_all(work, site.cast, scene, SAME)
        papers(work, site.cast, *bids)
        return scene


def plain(response: object) -> str:
    return text_of(response).replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


def base(scene: Scene) -> str:
    return f"/marches/{scene.market_id}/attribution"


def test_each_line_its_winner_then_letters_for_both(site: Site) -> None:
    scene = ranked(site)
    officer = site.as_("officer")
    table = plain(officer.get(f"{base(scene)}/proposer"))
    assert "T-01 Table 1 Atelier alder 10 U 1 000,00 €" in table
    assert "T-02 Table 2 Atelier birch 10 U 1 510,00 €" in table
    officer.follow(officer.post(f"{base(scene)}/proposer", {}))
    confirm = plain(officer.get(f"{base(scene)}/decider"))
    assert "et 2 à qui perd au moins une ligne" in confirm
    given = {"reasons": "Meilleur prix.", "delegation_id": str(site.cast.delegation_id)}
    page = plain(officer.follow(officer.post(f"{base(scene)}/decider", given)))
    assert page.count("Offre retenue") == page.count("Offre non retenue") == 2
    with site.read() as work:
        rows = work.session.exec(select(Letter).where(Letter.kind == "rejection")).all()
        letter = next(row for row in rows if row.supplier_id == site.cast.suppliers["birch"])
    words = plain(site.as_("birch").get(f"/courriers/{letter.id}"))
    assert "Une partie de votre offre est retenue" in words
    assert "40 × 81,3008 ÷ 100 = 32,52" in words
    assert "Total comparé de tout ce qui est attribué à Atelier alder (ligne T-01)" in words
    assert "T-02" not in words


def test_a_ranking_by_line_is_summed_up_then_folded(site: Site) -> None:
    scene = ranked(site)
    page = site.as_("auditor").get(f"/marches/{scene.market_id}/analyse/classement")
    assert "T-01 Table 1 Atelier alder 1 000,00 € pour 10 U" in plain(page)
    assert page.text.count("<details") >= 2
    compared = plain(site.as_("buyer").get(f"/marches/{scene.market_id}/analyse/comparaison"))
    assert "ces totaux ne se comparent pas" in compared


def test_equals_on_a_line_are_parted_by_its_own_field(site: Site) -> None:
    scene = ranked(site, EQUAL)
    officer, path = site.as_("officer"), f"{base(scene)}/proposer"
    page = officer.get(path)
    assert "Ligne T-01 : les offres Atelier alder, Atelier birch" in plain(page)
    field = f"order:{scene.lines[0]}"
    assert f'name="{field}"' in page.text
    chosen = {field: str(scene.offers["birch"])}
    assert officer.post(path, chosen).status_code == 422
    assert officer.post(path, {"order_reason": "Seconde visite."}).status_code == 409
    page = plain(officer.follow(officer.post(path, chosen | {"order_reason": "Seconde visite."})))
    assert "T-01 Table 1 Atelier birch" in page
    assert "T-02 Table 2 Atelier alder" in page


def test_what_the_credits_do_not_bear_is_left_with_its_reason(site: Site) -> None:
    scene = ranked(site, credits=150_000)
    officer, path = site.as_("officer"), f"{base(scene)}/proposer"
    refused = officer.post(path, {})
    assert refused.status_code == 409
    assert "dépasse les crédits du lot" in plain(refused)
    assert 'name="leave"' in refused.text
    left = {"leave": str(scene.lines[1])}
    assert officer.post(path, left).status_code == 422
    page = plain(officer.follow(officer.post(path, left | {"leave_reason": "Trop cher."})))
    assert "T-02 Table 2 Sans suite Trop cher." in page
    with site.read("officer") as work:
        (award,) = queries.page(work, scene.market_id).awards
        assert award.row.ht_cents == 100_000


def test_the_same_by_the_api(site: Site) -> None:
    scene = ranked(site, EQUAL)
    api = site.api("officer", ["propose_award", "read_file"])
    path = f"/api/v1/markets/{scene.market_id}/awards"
    refused = api.post(f"{path}/propose", json={}, headers={"Idempotency-Key": str(uuid4())})
    assert refused.status_code == 409
    (problem,) = refused.json()["problems"]
    assert problem["code"] == "awards.line_tie"
    said = {
        "orders": {str(scene.lines[0]): [str(scene.offers["birch"])]},
        "order_reason": "Seconde visite.",
        "leave": [str(scene.lines[1])],
        "leave_reason": "Plus besoin.",
    }
    key = {"Idempotency-Key": str(uuid4())}
    assert api.post(f"{path}/propose", json=said, headers=key).status_code == 201
    first, second = api.get(path).json()["lines"]
    assert first["winners"][0]["supplier"] == "Atelier birch"
    assert (second["winners"], second["left"], second["reason"]) == ([], "10", "Plus besoin.")


@pytest.mark.parametrize("wrong", ["order:x", "leave"])
def test_a_hand_made_choice_is_refused(site: Site, wrong: str) -> None:
    scene = ranked(site)
    typed = {wrong: "n'importe quoi", "order_reason": "x", "leave_reason": "x"}
    assert site.as_("officer").post(f"{base(scene)}/proposer", typed).status_code == 422
