"""The analysis on pages: examine, ask, score, freeze; who may, and what is told when refused."""

from decimal import Decimal

import pytest

from sad.evaluation import letters, queries, service
from sad.evaluation.states import Verdict
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.evaluation.steps import close_all, judge, judge_all
from tests.support.web import Site, text_of


@pytest.fixture
def scene(site: Site) -> Scene:
    """Three offers on two lines, opened on 17 September 2026."""
    site.clock.set(OPENED)
    with site.work("officer") as work:
        return make_scene(work, site.cast)


def _base(scene: Scene) -> str:
    return f"/marches/{scene.market_id}/analyse"


def test_the_comparison_shows_lines_totals_and_the_lowest(site: Site, scene: Scene) -> None:
    page = site.as_("buyer").get(f"{_base(scene)}/comparaison")
    words = text_of(page)
    assert "Atelier alder" in words and "Atelier cedar" in words
    assert "3 200,00 €" in words.replace("\u202f", " ").replace("\xa0", " ")
    assert words.count("le moins cher") == 3  # each line, and the total
    assert "franchise en base" in words


def test_an_offer_is_examined_with_its_reasons(site: Site, scene: Scene) -> None:
    buyer = site.as_("buyer")
    path = f"{_base(scene)}/offres/{scene.offers['alder']}"
    refused = buyer.post(f"{path}/avis", {"verdict": "irregular", "reasons": ""})
    assert refused.status_code == 422
    assert "Écrivez les motifs" in text_of(refused)
    page = buyer.follow(
        buyer.post(f"{path}/avis", {"verdict": "irregular", "reasons": "Sans état."})
    )
    assert "Sans état." in text_of(page)
    inside = buyer.post(f"{path}/avis", {"verdict": "unacceptable", "reasons": "Trop cher."})
    assert inside.status_code == 409
    assert "ne dépasse pas les crédits" in text_of(inside)


def test_the_one_request_of_completion_is_answered_by_its_supplier(
    site: Site, scene: Scene
) -> None:
    with site.work("buyer") as work:
        judge_all(work, scene, "birch", "cedar")
        judge(work, scene, "alder", Verdict.IRREGULAR, "État absent.")
    buyer = site.as_("buyer")
    path = f"{_base(scene)}/complements"
    assert "Atelier alder doit compléter" in text_of(buyer.get(path))
    alder = scene.offers["alder"]
    wrong = buyer.post(path, {"due_on": "", f"request:{alder}": "L'état."})
    assert wrong.status_code == 422
    sent = buyer.post(path, {"due_on": "2026-09-24", f"request:{alder}": "Dites comment."})
    assert "La demande de compléments est partie" in text_of(buyer.follow(sent))
    supplier = site.as_("alder")
    with site.read() as work:
        (letter, _), *_ = _letters(site, scene)
    page = supplier.get(f"/courriers/{letter}")
    assert "Dites comment." in text_of(page)
    answered = supplier.post(f"/courriers/{letter}", {"answer": "Très bon état."})
    assert "Votre réponse est enregistrée" in text_of(supplier.follow(answered))
    assert site.as_("birch").get(f"/courriers/{letter}").status_code == 404
    shown = text_of(buyer.get(f"{_base(scene)}/offres/{alder}"))
    assert "Très bon état." in shown


def _letters(site: Site, scene: Scene) -> list[tuple[str, str]]:
    with site.read("officer") as work:
        found = letters.letters_of(work, scene.market_id)
        return [(str(letter.id), name) for letter, name in found]


def test_a_low_price_is_questioned_then_decided(site: Site) -> None:
    site.clock.set(OPENED)
    bids = {"alder": Bid([4_000]), "birch": Bid([10_000]), "cedar": Bid([11_000])}
    with site.work("officer") as work:
        scene = make_scene(work, site.cast, bids, [Asked()])
    buyer = site.as_("buyer")
    assert "Prix bas à expliquer" in text_of(buyer.get(_base(scene)))
    path = f"{_base(scene)}/offres/{scene.offers['alder']}"
    buyer.follow(buyer.post(f"{path}/prix", {"question": "Comment ?", "due_on": "2026-09-24"}))
    buyer.follow(buyer.post(f"{path}/prix/reponse", {"answer": "Bois donné."}))
    page = buyer.follow(
        buyer.post(f"{path}/prix/decision", {"abnormal": "false", "reasons": "Don prouvé."})
    )
    assert "Don prouvé." in text_of(page)


def test_scores_are_typed_then_the_ranking_is_frozen(site: Site, scene: Scene) -> None:
    with site.work("buyer") as work:
        judge_all(work, scene)
    buyer = site.as_("buyer")
    notes, ranking = f"{_base(scene)}/notes", f"{_base(scene)}/classement"
    assert "il manque la note du critère" in text_of(buyer.get(ranking))
    buyer.follow(
        buyer.post(f"{_base(scene)}/evaluateurs", {"person_id": str(site.cast.people["buyer"])})
    )
    keys = [
        f"{scene.offers[part]}:{scene.criteria[code]}"
        for part in scene.offers
        for code in ("quality", "environment")
    ]
    typed = {f"value:{key}": "12,5" for key in keys} | {
        f"reason:{key}": "Bel état." for key in keys
    }
    wrong = buyer.post(notes, typed | {f"value:{keys[0]}": "21"})
    assert wrong.status_code == 422
    assert "dépasse le maximum de 20" in text_of(wrong)
    assert 'value="21"' in wrong.text
    buyer.follow(buyer.post(notes, typed))
    with site.read("buyer") as work:
        mine = queries.scores(work, scene.market_id).mine
        assert {row.value for row in mine.values()} == {Decimal("12.5")}
    page = text_of(buyer.follow(buyer.post(ranking, {})))
    assert "1. Atelier birch" in page
    assert "× " in page and "Empreinte" in page


def test_common_scores_are_the_mean_unless_typed(site: Site, scene: Scene) -> None:
    with site.work("buyer") as work:
        judge_all(work, scene)
        for part in ("buyer", "evaluator"):
            service.assign(work, scene.market_id, site.cast.people[part])
    for part, value in (("buyer", "10"), ("evaluator", "16")):
        client = site.as_(part)
        typed = {}
        for offer in scene.offers.values():
            for code in ("quality", "environment"):
                typed[f"value:{offer}:{scene.criteria[code]}"] = value
                typed[f"reason:{offer}:{scene.criteria[code]}"] = f"Vu par {part}."
        page = client.follow(client.post(f"{_base(scene)}/notes", typed | {"remettre": "oui"}))
        if part == "buyer":
            assert "Vos notes sont remises" in text_of(page)
            blind = text_of(site.as_("evaluator").get(f"{_base(scene)}/notes"))
            assert "Vu par buyer" not in blind
            assert "Vu par buyer" not in text_of(site.as_("officer").get(f"{_base(scene)}/notes"))
    officer = site.as_("officer")
    side = text_of(officer.get(f"{_base(scene)}/notes"))
    assert "Vu par buyer" in side and "6 d’écart : à discuter" in side and "moyenne 13" in side
    key = f"{scene.offers['alder']}:{scene.criteria['quality']}"
    given = {f"common:{key}": "15", f"because:{key}": "Après discussion."}
    wrong = officer.post(f"{_base(scene)}/notes/communes", given | {f"because:{key}": ""})
    assert wrong.status_code == 422 and "n&#39;est pas la moyenne (13)" in wrong.text
    page = officer.follow(officer.post(f"{_base(scene)}/notes/communes", given))
    assert "Après discussion." in text_of(page)
    with site.read("officer") as work:
        kept = queries.scores(work, scene.market_id).consolidated
        assert sorted({row.value for row in kept.values()}) == [Decimal(13), Decimal(15)]


def test_scores_are_saved_as_they_are_typed(site: Site, scene: Scene) -> None:
    with site.work("buyer") as work:
        judge_all(work, scene)
        service.assign(work, scene.market_id, site.cast.people["evaluator"])
    evaluator, notes = site.as_("evaluator"), f"{_base(scene)}/notes"
    page = evaluator.get(f"{notes}?par=offre")
    assert "Il vous reste 6" in text_of(page) and "Noter par critère" in text_of(page)
    keys = [f"{scene.offers[part]}:{scene.criteria['quality']}" for part in ("alder", "birch")]
    typed = {f"value:{keys[0]}": "12", f"value:{keys[1]}": "25", f"reason:{keys[0]}": "Bien"}
    saved = evaluator.post(f"{notes}/saisie", typed)
    assert saved.status_code == 422
    assert list(saved.json()) == [f"value:{keys[1]}"]
    assert "dépasse le maximum de 20" in saved.json()[f"value:{keys[1]}"]
    again = evaluator.post(f"{notes}/saisie", typed | {f"value:{keys[1]}": "quinze"})
    assert list(again.json()) == [f"value:{keys[1]}"]
    assert evaluator.post(f"{notes}/saisie", {f"value:{keys[1]}": "15"}).status_code == 204
    with site.read("evaluator") as work:
        mine = queries.scores(work, scene.market_id).mine
        assert sorted((row.value, row.version) for row in mine.values()) == [
            (Decimal(12), 1),
            (Decimal(15), 1),
        ]


def test_credits_are_increased_and_given_back(site: Site, scene: Scene) -> None:
    officer = site.as_("officer")
    given = {"lot_number": "1", "amount": "500", "reason": "Décision du bureau"}
    page = officer.follow(officer.post(f"{_base(scene)}/credits", given))
    assert "6 500,00 €" in text_of(page).replace("\u202f", " ").replace("\xa0", " ")
    undone = officer.post(f"{_base(scene)}/credits/annuler", {"lot_number": "1", "reason": "Non"})
    assert "aucune" in text_of(officer.follow(undone))


@pytest.mark.parametrize("path", ["", "/notes", "/classement", "/complements"])
def test_who_reads_the_analysis(site: Site, scene: Scene, path: str) -> None:
    for part in ("officer", "buyer", "evaluator", "auditor"):
        assert site.as_(part).get(_base(scene) + path).status_code == 200
    for part, status in (("alder", 403), ("other_officer", 404), ("administrator", 403)):
        assert site.as_(part).get(_base(scene) + path).status_code == status
    assert site.anonymous().get(_base(scene) + path).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        *("/notes", "/notes/saisie", "/notes/communes", "/notes/rendre"),
        *("/classement", "/evaluateurs", "/credits", "/complements", "/reprendre"),
    ],
)
def test_the_auditor_changes_nothing(site: Site, scene: Scene, path: str) -> None:
    person = str(site.cast.people["evaluator"])
    typed = {
        "person_id": person,
        "amount": "10",
        "reason": "Non",
        "due_on": "2026-09-24",
        f"value:{scene.offers['alder']}:{scene.criteria['quality']}": "10",
    }
    assert site.as_("auditor").post(_base(scene) + path, typed).status_code == 403


def test_nothing_is_shown_before_the_opening(site: Site) -> None:
    site.clock.set(OPENED)
    with site.work("officer") as work:
        scene = make_scene(work, site.cast, state="launched")
    page = site.as_("officer").get(_base(scene))
    assert page.status_code == 409
    assert "Atelier" not in text_of(page)


def test_the_evaluation_is_taken_up_again(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        close_all(work, site.cast, scene)
    officer = site.as_("officer")
    empty = officer.post(f"{_base(scene)}/reprendre", {"reason": ""})
    assert empty.status_code == 422
    officer.follow(officer.post(f"{_base(scene)}/reprendre", {"reason": "Une note mal lue."}))
    with site.read("officer") as work:
        assert queries.evaluation(work, scene.market_id).open


def test_scores_handed_in_and_back_by_the_api(site: Site, scene: Scene) -> None:
    with site.work("officer") as work:
        judge_all(work, scene)
        for part in ("buyer", "evaluator"):
            service.assign(work, scene.market_id, site.cast.people[part])
    base = f"/api/v1/markets/{scene.market_id}"
    api = site.api("evaluator", ["read_file", "score"])
    early = api.post(f"{base}/scores/hand-in")
    assert (early.status_code, early.json()["code"]) == (409, "evaluation.scores_missing")
    for offer in scene.offers.values():
        for code in ("quality", "environment"):
            path = f"{base}/offers/{offer}/scores/{scene.criteria[code]}"
            assert api.put(path, json={"value": "12", "reason": "Bien."}).status_code == 200
    assert api.post(f"{base}/scores/hand-in").json()["given_at"]
    assert api.get(f"{base}/scores").json()["given"] is True
    officer = site.api("officer", ["close_evaluation"])
    back = {"person_id": str(site.cast.people["evaluator"]), "reason": "Une pièce confondue."}
    assert officer.post(f"{base}/scores/hand-back", json=back).status_code == 204
    assert api.get(f"{base}/scores").json()["given"] is False


def test_an_offer_is_examined_line_by_line_beside_its_verdict(site: Site, scene: Scene) -> None:
    page = text_of(site.as_("buyer").get(f"{_base(scene)}/offres/{scene.offers['alder']}"))
    assert "Ligne par ligne" in page and "2 sur 2 lignes" in page and "T-01" in page
    assert "Offre suivante : Atelier birch" in page and "3 offres à examiner" in page


def test_how_a_low_price_is_found_is_said_with_its_figures(site: Site, scene: Scene) -> None:
    page = text_of(site.as_("buyer").get(_base(scene)))
    plain = page.replace("\u202f", " ").replace("\xa0", " ")
    # 3 600, 3 200 and 4 800: mean 3 866,67; 4 800 is above 4 640; mean of both others 3 400
    assert "3 866,67 €" in plain and "2 sur 3" in plain and "4 640,00 €" in plain
    assert "3 400,00 €" in plain and "3 060,00 €" in plain
