"""The comparison as its readers use it: search, sort, choose columns, take the spreadsheet."""

import io

import openpyxl
import pytest

from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.support.web import Site, text_of

BIDS = {
    "alder": Bid([1_000, 9_000, None]),
    "birch": Bid([1_100, 3_000, None]),
    "=cedar": Bid([1_200, None, None]),
}


@pytest.fixture
def scene(site: Site) -> Scene:
    """Three lines: close prices, prices far apart, nobody."""
    site.clock.set(OPENED)
    with site.work("officer") as work:
        return make_scene(work, site.cast, BIDS, [Asked(), Asked(), Asked()], mode="lines")


def _page(scene: Scene, query: str = "") -> str:
    return f"/marches/{scene.market_id}/analyse/comparaison{query}"


def test_lines_are_searched_filtered_and_sorted(site: Site, scene: Scene) -> None:
    buyer = site.as_("buyer")
    whole = text_of(buyer.get(_page(scene)))
    assert "3 lignes, 3 fournisseurs" in whole
    assert whole.count("pas de réponse") == 4
    assert "1 ligne, 3 fournisseurs" in text_of(buyer.get(_page(scene, "?choisi=1&voir=sans")))
    apart = text_of(buyer.get(_page(scene, "?choisi=1&tri=ecart")))
    assert apart.index("90,00") < apart.index("11,00")
    nothing = text_of(buyer.get(_page(scene, "?choisi=1&ligne=zzz")))
    assert "Aucune ligne ne correspond" in nothing


def test_suppliers_are_chosen(site: Site, scene: Scene) -> None:
    query = f"?choisi=1&fournisseur={scene.offers['alder']}"
    assert "3 lignes, 1 fournisseur" in text_of(site.as_("buyer").get(_page(scene, query)))


def test_a_fragment_is_the_table_alone(site: Site, scene: Scene) -> None:
    got = site.as_("buyer").get(_page(scene), headers={"HX-Request": "true"})
    assert got.text.strip().startswith('<div id="compare"')
    assert "<form" not in got.text


def test_baskets_are_told_as_a_simulation(site: Site, scene: Scene) -> None:
    words = text_of(site.as_("buyer").get(_page(scene)))
    assert "Chaque ligne au moins cher" in words
    assert "Un seul fournisseur" in words
    assert "l’attribution suit les critères annoncés" in words


def test_the_spreadsheet_is_marked_for_agents_and_holds_no_formula(
    site: Site, scene: Scene
) -> None:
    got = site.as_("buyer").get(_page(scene, ".xlsx"))
    assert got.headers["content-disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(got.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("Réservé aux agents" in str(cell.value) for cell in cells)
    assert {cell.value for cell in cells} >= {10, 90, "pas de réponse"}
    assert all(cell.data_type != "f" for cell in cells)


def test_it_is_for_agents_only(site: Site, scene: Scene) -> None:
    for part in ("alder", "stranger", "other_officer"):
        for query in ("", ".xlsx"):
            assert site.as_(part).get(_page(scene, query)).status_code in (403, 404)
