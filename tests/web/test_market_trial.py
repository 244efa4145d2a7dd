"""« Essayer la notation » : invented offers scored as the real ones would be; nothing is kept."""

from urllib.parse import urlencode
from uuid import UUID

import pytest

from sad.markets import queries
from tests.support.markets import Ready, draft, ready
from tests.support.web import Site, text_of

TRIED = {"price": "", "quality": "12", "environment": "12", "delay": "12"}


@pytest.fixture
def place(site: Site) -> Ready:
    with site.work() as work:
        return ready(work, site.cast)


@pytest.fixture
def base(site: Site, place: Ready) -> str:
    with site.work() as work:
        return f"/marches/{UUID(str(draft(work, site.cast, place).id))}"


def offers(*prices: str, **values: str) -> str:
    """The address of a trial: prices by letter, the same values for all unless given."""
    fields = {}
    for letter, price in zip("ABCDEF", prices, strict=False):
        fields[f"prix.{letter}"] = price
        for code, value in (TRIED | values).items():
            if code != "price":
                fields[f"valeur.{code}.{letter}"] = value
    return urlencode(fields)


def test_it_opens_with_an_example_around_the_estimate(site: Site, base: str) -> None:
    page = site.as_("buyer").get(f"{base}/essai")
    assert page.status_code == 200
    assert 'value="800,00"' in page.text
    assert "Linéaire, n = 3" in text_of(page)
    assert '<svg width="480"' in page.text
    assert "style=" not in page.text


def test_the_marks_of_each_method_and_what_is_kept(site: Site, base: str) -> None:
    buyer = site.as_("buyer")
    before = buyer.get(base).text
    page = text_of(buyer.get(f"{base}/essai?{offers('10 000', '12 500', '16 000')}"))
    for mark in ("32,00", "25,00", "30,00", "16,00", "23,33"):  # legal reference 4.3, D1
        assert mark in page
    assert buyer.get(base).text == before


def test_what_cannot_be_scored_is_said_at_its_field(site: Site, base: str) -> None:
    page = site.as_("buyer").get(f"{base}/essai?{offers('cent', '0', '900', quality='25')}")
    assert page.status_code == 422
    assert "dépasse le maximum" in page.text
    assert 'href="#f-prix-A"' in page.text
    assert 'href="#f-prix-B"' in page.text
    alone = site.as_("buyer").get(f"{base}/essai?{offers('900', '900')}")
    assert "chaque méthode donne tous les points" in text_of(alone)


def test_the_criteria_page_computes_on_a_column_and_parts_by_more_than_two(
    site: Site, base: str
) -> None:
    buyer, path = site.as_("buyer"), f"{base}/preparation/criteria"
    page = text_of(buyer.get(path))
    assert "Calculé sur" in page
    fields = {"version": "99", "tie_break.0": "price", "tie_break.1": "environment"}
    fields["tie_break.2"] = "quality"
    rows = (
        ("price", "Prix", "40", "proportional"),
        ("quality", "Qualité", "30", "judged"),
        ("environment", "Environnement", "20", "judged"),
        ("delay", "Délai", "10", "proportional"),
    )
    for index, (family, label, weight, method) in enumerate(rows):
        fields |= {
            f"criteria.{index}.{name}": value
            for name, value in (
                ("code", family),
                ("family", family),
                ("label", label),
                ("weight", weight),
                ("method", method),
            )
        }
    fields["criteria.3.column"] = "delivery_date"
    assert buyer.post(path, fields).status_code == 303
    with site.read("buyer") as work:
        view = queries.one(work, UUID(base.rsplit("/", 1)[1]))
        assert view.criteria[3]["evidence"] == ["delivery_date"]
        assert view.row["tie_break"] == ["price", "environment", "quality"]
    assert "Calculé sur « Livrable le »" in text_of(buyer.get(path))
    more = buyer.post(path, fields | {"add": "1"})
    assert more.status_code == 200
    assert 'name="criteria.4.label"' in more.text
    assert '<details class="more" open><summary>Critère à ajouter' in more.text


@pytest.mark.parametrize(
    ("part", "status"), [("auditor", 403), ("alder", 403), ("other_officer", 404)]
)
def test_who_may_not(part: str, status: int, site: Site, base: str) -> None:
    assert site.as_(part).get(f"{base}/essai").status_code == status
