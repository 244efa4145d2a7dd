"""The shell of the application: unknown pages, headers, sizes, cross-site requests."""

from tests.support.web import Site, text_of


def test_an_unknown_page_is_a_french_page(site: Site) -> None:
    answer = site.anonymous().get("/nulle-part")
    assert answer.status_code == 404
    assert "Page introuvable" in text_of(answer)


def test_every_answer_carries_its_guards(site: Site) -> None:
    answer = site.anonymous().get("/nulle-part")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_an_oversized_body_is_refused(site: Site) -> None:
    answer = site.anonymous().http.post("/nulle-part", content=b"x" * (3 << 20))
    assert answer.status_code == 413


def test_the_api_speaks_problem_json(site: Site) -> None:
    answer = site.anonymous().get("/api/v1/nulle-part")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
