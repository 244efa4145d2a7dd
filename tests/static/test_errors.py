"""Refusals and failures have their page, with a way out."""

import pytest
from jinja2 import Environment


@pytest.mark.parametrize("page", ["404", "403", "500"])
def test_ready_made_pages_need_no_context(env: Environment, page: str) -> None:
    html = env.get_template(f"errors/{page}.html").render()
    assert "<h1>" in html and 'href="/"' in html and 'lang="fr"' in html


def test_refusal_names_what_is_missing(env: Environment) -> None:
    html = env.get_template("errors/page.html").render(
        title="Le marché ne peut pas être lancé",
        sentence="Deux points restent à régler.",
        problems=[("Choisissez la ligne de crédits.", "/marches/1#f-line")],
        what_to_do="Complétez puis relancez.",
        article="Article R2162-50",
        back="/marches/1",
        reference="r-1",
    )
    assert '<a href="/marches/1#f-line">' in html
    assert "Pourquoi" in html and "R2162-50" in html and "r-1" in html
