"""Coming in and going out, by a link and by a password (trust.md 6)."""

import re
from typing import Any

from sqlmodel import select

from app.security.sessions import cookie_name
from sad.accounts.passwords import hash_password
from sad.accounts.sign_in import door, issue_link, send_asked_links
from sad.accounts.tables import Membership, Person, SessionRow, SignInLink
from sad.kernel.actor import Role
from sad.notifications.outbox import kept_letters
from tests.support.web import DOMAIN, Client, Site, text_of

COOKIE = cookie_name(False)


def ask(site: Site, client: Client, email: str) -> Any:
    answer = client.post("/connexion", {"email": email})
    with site.work() as work:
        send_asked_links(work)
    return answer


def links(site: Site) -> list[str]:
    with site.read() as work:
        return [letter.link or "" for letter in kept_letters(work)]


def test_a_mailed_link_lets_in_once(site: Site) -> None:
    client = site.anonymous()
    told = client.follow(ask(site, client, "Buyer@Brume.example "))
    assert "un lien pour entrer arrive" in text_of(told)
    (link,) = links(site)
    shown = client.get(link)
    assert "Entrer comme Buyer (b…@…)" in text_of(shown)
    assert "buyer@brume.example" not in shown.text
    entered = client.post(link)
    assert entered.status_code == 303 and entered.headers["location"] == "/marches"
    assert "httponly" in entered.headers["set-cookie"].lower()
    assert "samesite=lax" in entered.headers["set-cookie"].lower()
    again = site.anonymous().post(link)
    assert again.status_code == 410
    assert "Demandez-en un autre" in text_of(again)


def test_reading_the_page_of_a_link_uses_nothing(site: Site) -> None:
    ask(site, site.anonymous(), "alder@brume.example")
    (link,) = links(site)
    for _ in range(3):
        assert site.anonymous().get(link).status_code == 200
    assert site.anonymous().post(link).headers["location"] == "/bureau"


def test_the_answer_is_the_same_whoever_asks(site: Site) -> None:
    known, unknown = site.anonymous(), site.anonymous()
    pages = [
        client.follow(ask(site, client, email)).text
        for client, email in ((known, "buyer@brume.example"), (unknown, "nobody@brume.example"))
    ]
    assert pages[0] == pages[1]
    assert len(links(site)) == 1
    with site.read() as work:
        assert len(work.session.exec(select(SignInLink)).all()) == 2


def test_an_unreadable_address_is_an_error_of_the_form(site: Site) -> None:
    answer = site.anonymous().post("/connexion", {"email": "pas une adresse"})
    assert answer.status_code == 422
    assert "Cette adresse électronique n&#39;est pas lisible" in answer.text
    assert "pas une adresse" in answer.text


def test_the_link_leads_where_one_was_going_and_nowhere_else(site: Site) -> None:
    stopped = site.anonymous().get("/mon-compte")
    assert stopped.headers["location"] == "/connexion?suite=/mon-compte"
    for suite, expected in (("/mon-compte", "/mon-compte"), ("//ailleurs.example", "/marches")):
        client = site.anonymous()
        client.post("/connexion", {"email": "buyer@brume.example", "suite": suite})
        with site.work() as work:
            send_asked_links(work)
        assert client.post(links(site)[0]).headers["location"] == expected


def test_the_session_is_new_at_each_sign_in(site: Site) -> None:
    client = site.as_("buyer")
    before = client.http.cookies[COOKIE]
    with site.work() as work:
        token = issue_link(work, site.cast.people["officer"])
    entered = client.post(f"/entrer/{token}")
    assert entered.status_code == 303
    assert client.http.cookies[COOKIE] != before
    other = site.anonymous()
    other.http.cookies.set(COOKIE, before, domain=DOMAIN)
    assert other.get("/mon-compte").status_code == 303  # the first session ended


def test_leaving_ends_the_session(site: Site) -> None:
    client = site.as_("buyer")
    secret = client.http.cookies[COOKIE]
    assert client.post("/deconnexion").status_code == 303
    again = site.anonymous()
    again.http.cookies.set(COOKIE, secret, domain=DOMAIN)
    assert again.get("/mon-compte").status_code == 303


def test_a_dead_session_does_not_lock_the_door(site: Site) -> None:
    client = site.as_("buyer")
    site.clock.advance(hours=13)
    page = client.get("/connexion")
    assert COOKIE not in client.http.cookies
    assert page.status_code == 200
    assert client.post("/connexion", {"email": "buyer@brume.example"}).status_code == 303


def test_agents_stay_twelve_hours_and_suppliers_seven_days(site: Site) -> None:
    for part, hours in (("buyer", 12), ("alder", 24 * 7)):
        with site.work() as work:
            token = issue_link(work, site.cast.people[part])
        site.anonymous().post(f"/entrer/{token}")
        with site.read() as work:
            row = work.session.exec(
                select(SessionRow).where(SessionRow.person_id == site.cast.people[part])
            ).one()
            assert (row.expires_at - row.created_at).total_seconds() == hours * 3600


def with_password(site: Site, part: str, password: str) -> None:
    with site.work() as work:
        person = work.shared(Person, site.cast.people[part])
        person.password_hash = hash_password(password)
        work.session.add(person)


def try_password(site: Site, email: str, password: str) -> Any:
    return site.anonymous().post("/connexion/mot-de-passe", {"email": email, "password": password})


def test_a_password_lets_in(site: Site) -> None:
    with_password(site, "buyer", "quatre mots au hasard")
    entered = try_password(site, " BUYER@brume.example", "quatre mots au hasard")
    assert entered.headers["location"] == "/marches"


def test_wrong_unknown_and_locked_look_alike(site: Site) -> None:
    with_password(site, "buyer", "quatre mots au hasard")

    def seen(email: str, password: str) -> tuple[int, str]:
        answer = try_password(site, email, password)
        return answer.status_code, re.sub(r"value=\"[^\"]*@[^\"]*\"", "", answer.text)

    wrong = seen("buyer@brume.example", "autre chose")
    assert wrong[0] == 422
    assert seen("nobody@brume.example", "autre chose") == wrong
    assert seen("officer@brume.example", "autre chose") == wrong  # has no password
    for _ in range(9):
        seen("buyer@brume.example", "autre chose")
    assert seen("buyer@brume.example", "quatre mots au hasard") == wrong  # ten wrong: link only
    site.clock.advance(minutes=15)
    assert try_password(site, "buyer@brume.example", "quatre mots au hasard").status_code == 303


def test_somebody_with_two_hats_chooses(site: Site) -> None:
    with site.work() as work:
        work.add(
            Membership(
                organisation_id=site.cast.other_organisation_id,
                person_id=site.cast.people["buyer"],
                role=Role.OFFICER,
                created_at=work.now,
            )
        )
        token = issue_link(work, site.cast.people["buyer"], next_path="/mon-compte")
    client = site.anonymous()
    entered = client.post(f"/entrer/{token}")
    assert entered.headers["location"] == "/choisir?suite=/mon-compte"
    page = client.follow(entered)
    assert "Agglomération de Brume" in text_of(page) and "Ville voisine" in text_of(page)
    before = client.token
    key = f"organisation:{site.cast.other_organisation_id}"
    chosen = client.post("/choisir", {"hat": key, "suite": "/mon-compte"})
    assert chosen.headers["location"] == "/mon-compte"
    assert client.token != before
    assert "Ville voisine" in text_of(client.get("/mon-compte"))
    stranger = f"supplier:{site.cast.suppliers['alder']}"
    assert client.post("/choisir", {"hat": stranger}).status_code == 404


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://ailleurs.example"}):
        answer = site.anonymous().post(
            "/connexion", {"email": "buyer@brume.example"}, headers=headers
        )
        assert answer.status_code == 403


def test_the_account_page_lists_and_closes_sessions(site: Site) -> None:
    first, second = site.as_("buyer"), site.as_("buyer")
    page = first.get("/mon-compte")
    (other,) = re.findall(r"/mon-compte/sessions/([0-9a-f-]{36})/fermer", page.text)
    stranger = site.as_("alder")
    assert stranger.post(f"/mon-compte/sessions/{other}/fermer").status_code == 404
    assert first.post(f"/mon-compte/sessions/{other}/fermer").status_code == 303
    assert second.get("/mon-compte").status_code == 303
    assert first.get("/mon-compte").status_code == 200


def test_a_password_is_chosen_changed_and_removed(site: Site) -> None:
    client = site.as_("alder")
    short = client.post("/mon-compte/mot-de-passe", {"password": "court"})
    assert short.status_code == 422 and "de 12 à 200 caractères" in text_of(short)
    own = client.post("/mon-compte/mot-de-passe", {"password": "alder@brume.example"})
    assert own.status_code == 422
    other = site.as_("alder")
    assert (
        client.post("/mon-compte/mot-de-passe", {"password": "quatre mots au hasard"}).status_code
        == 303
    )
    assert other.get("/mon-compte").status_code == 303  # other browsers are out
    wrong = client.post(
        "/mon-compte/mot-de-passe", {"password": "encore quatre mots", "current": "non"}
    )
    assert wrong.status_code == 422 and "mot de passe actuel" in text_of(wrong)
    changed = client.post(
        "/mon-compte/mot-de-passe",
        {"password": "encore quatre mots", "current": "quatre mots au hasard"},
    )
    assert changed.status_code == 303
    assert try_password(site, "alder@brume.example", "encore quatre mots").status_code == 303
    assert client.post("/mon-compte/mot-de-passe/retirer").status_code == 303
    assert try_password(site, "alder@brume.example", "encore quatre mots").status_code == 422


def test_a_token_is_shown_once_works_and_is_revoked(site: Site) -> None:
    client = site.as_("buyer")
    made = client.post(
        "/mon-compte/jetons", {"label": "essai", "scopes": ["read_file"], "days": "30"}
    )
    assert made.status_code == 200
    (secret,) = re.findall(r"<code>([A-Za-z0-9_-]{43})</code>", made.text)
    assert secret not in client.get("/mon-compte").text
    api = site.anonymous().http
    api.headers["Authorization"] = f"Bearer {secret}"
    me = api.get("/api/v1/me").json()
    assert (me["name"], me["scopes"], me["roles"]) == ("Buyer", ["read_file"], ["buyer"])
    (token,) = api.get("/api/v1/me/tokens").json()
    assert api.delete(f"/api/v1/me/tokens/{token['id']}").status_code == 204
    assert api.get("/api/v1/me").status_code == 401


def test_a_token_cannot_do_more_than_its_maker(site: Site) -> None:
    answer = site.as_("buyer").post(
        "/mon-compte/jetons", {"label": "essai", "scopes": ["manage_people"], "days": "30"}
    )
    assert answer.status_code == 403
    page = text_of(site.as_("buyer").post("/mon-compte/jetons", {"label": "", "days": "400"}))
    assert "Ce champ est à remplir" in page and "au plus 365" in page


def test_the_api_without_a_token_is_refused(site: Site) -> None:
    answer = site.as_("buyer").http.get("/api/v1/me")  # the cookie counts for nothing there
    assert answer.status_code == 401
    assert answer.json()["code"] == "accounts.sign_in_needed"


def test_a_session_lost_while_typing_leads_back_to_the_form(site: Site) -> None:
    client = site.as_("alder")
    site.clock.advance(hours=13)
    stopped = client.post(
        "/mon-compte/jetons",
        {"label": "essai"},
        headers={"referer": "http://testserver/mon-compte"},
    )
    assert stopped.headers["location"] == "/connexion?suite=/mon-compte"


def test_a_mail_opened_again_still_leads_where_it_led(site: Site) -> None:
    with site.work() as work:
        link = door(work, site.cast.people["alder"], "/mes-candidatures")
    client = site.anonymous()
    assert client.post(link).headers["location"] == "/mes-candidatures"
    assert client.get(link).headers["location"] == "/mes-candidatures"  # already in
    other = site.anonymous().get(link)
    assert other.status_code == 410
    assert 'href="/connexion?suite=/mes-candidatures"' in other.text
    with site.work() as work:
        unused = door(work, site.cast.people["alder"], "/bureau")
        birch = door(work, site.cast.people["birch"], "/bureau")
    assert client.get(unused).headers["location"] == "/bureau"
    assert client.get(birch).status_code == 200  # somebody else's: asks first
    elsewhere = link.replace("/mes-candidatures", "//ailleurs.example")
    assert "ailleurs" not in site.anonymous().get(elsewhere).text
