"""Invited alone and for its group: two entries, two answers, none written in the other's place.

A member of the group reads the request and where it stands; never the answer.
"""

import re

import pytest

from app.security.sessions import csrf_of
from sad.candidatures.tables import Applicant, Candidature, GroupMember
from sad.markets.tables import SpecificMarket
from tests.support.markets import RECEIPT, launched, ready
from tests.support.web import Site, text_of

ENTRY = re.compile(r"/bureau/repondre-pour/([0-9a-f-]{36})/([0-9a-f-]{36})")


@pytest.fixture
def market(site: Site) -> SpecificMarket:
    """Launched to alder, to birch, and to the group that alder leads with birch."""
    with site.work() as work:
        at, cast = ready(work, site.cast), site.cast
        group = work.add(
            Applicant(
                organisation_id=cast.organisation_id,
                kind="group",
                supplier_id=cast.suppliers["alder"],
                name="Groupement Atelier alder",
                form="conjoint",
                created_at=work.now,
            )
        )
        for part, siret in (("alder", "99900001100018"), ("birch", "73282932000074")):
            work.add(
                GroupMember(
                    organisation_id=cast.organisation_id,
                    applicant_id=group.id,
                    supplier_id=cast.suppliers[part],
                    siret=siret,
                    name=f"Atelier {part}",
                    mandataire=part == "alder",
                )
            )
        work.add(
            Candidature(
                organisation_id=cast.organisation_id,
                system_id=at.system_id,
                category_id=at.category_id,
                applicant_id=group.id,
                state="admitted",
                declared=True,
                receipt=RECEIPT,
                submitted_at=work.now,
                received_on=work.today,
                decide_by=work.today.replace(day=20),
                decided_at=work.now,
                reasons="Dossier complet.",
                delegation_id=cast.delegation_id,
                snapshot={"capacity": "", "declaration": {"name": "A", "function": "B"}},
                created_at=work.now,
            )
        )
        return launched(work, cast, at)


def test_each_answer_has_its_entry_and_its_own_draft(site: Site, market: SpecificMarket) -> None:
    alder, base = site.as_("alder"), f"/reponse/{market.id}"
    page = alder.get("/bureau")
    entries = sorted(set(ENTRY.findall(page.text)))
    assert len(entries) == 2
    said = text_of(page)
    assert "Pour le groupement Atelier alder, dont vous êtes chef de file" in said
    assert "Pour votre structure seule" in said
    first, second = (f"/bureau/repondre-pour/{who}/{which}" for who, which in entries)
    assert alder.post(first).headers["location"] == base
    assert alder.post(f"{base}/commencer").status_code == 303
    typed = {"1.note": "Pour l'une"}
    assert alder.post(f"{base}/offre", typed).status_code == 303
    stale = alder.token
    assert alder.post(second).headers["location"] == base
    untouched = alder.get(base).text  # the other answer, which says for whom
    assert "commencer" in untouched and "pour " in untouched
    assert stale is not None
    kept = alder.http.post(f"{base}/commencer", data={"csrf_token": csrf_of(stale)})
    assert kept.status_code == 403  # a page opened for the first one writes nothing here
    alder.post(first)
    assert "Continuer ma réponse" in text_of(alder.get(base))


def test_a_program_says_for_whom_it_answers(site: Site, market: SpecificMarket) -> None:
    api, path = site.api("alder", ["answer"]), f"/api/v1/markets/{market.id}/offer"
    unsaid = api.get(path)
    assert (unsaid.status_code, unsaid.json()["code"]) == (409, "offers.applicant_unsaid")
    invited = {one["message"]: one["where"] for one in unsaid.json()["problems"]}
    assert set(invited) == {"Atelier alder", "Groupement Atelier alder"}
    assert api.post(path).status_code == 409
    typed = {"lines": [{"position": 1, "values": {"note": "Pour le groupe"}}]}
    group, alone = ({"x-applicant": invited[name]} for name in sorted(invited, reverse=True))
    assert api.put(path, json=typed, headers=group).status_code == 200
    assert "Pour le groupe" in api.get(path, headers=group).text
    assert "Pour le groupe" not in api.get(path, headers=alone).text
    birch = site.api("birch", ["answer"])
    assert birch.get(path).status_code == 200  # invited once: nothing to say
    assert birch.get(path, headers=group).status_code == 409
    assert birch.get(path, headers={"x-applicant": "moi"}).status_code == 422


def test_an_entry_is_one_s_own(site: Site, market: SpecificMarket) -> None:
    alder, birch = site.as_("alder"), site.as_("birch")
    entries = ENTRY.findall(alder.get("/bureau").text)
    assert not ENTRY.findall(birch.get("/bureau").text)
    for who, which in entries:
        assert birch.post(f"/bureau/repondre-pour/{who}/{which}").status_code == 404


def test_a_member_reads_the_request_and_nothing_of_the_answer(
    site: Site, market: SpecificMarket
) -> None:
    birch, address = site.as_("birch"), f"/bureau/groupement/{market.id}"
    assert address in birch.get("/bureau").text
    before = birch.get(address)
    assert before.status_code == 200
    assert "Atelier alder est chef de file" in text_of(before)
    alder = site.as_("alder")
    for who, which in ENTRY.findall(alder.get("/bureau").text):
        alder.post(f"/bureau/repondre-pour/{who}/{which}")
        alder.post(f"/reponse/{market.id}/commencer")
    assert text_of(birch.get(address)) == text_of(before)
    for part in ("alder", "stranger", "officer"):
        assert site.as_(part).get(address).status_code in {403, 404}
