"""The designer's table: typed, kept cell by cell, many lines at once, as the supplier sees it."""

import json
import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames.queries import ColumnView, LineView
from sad.kernel.ids import uuid7
from sad.markets import queries
from tests.attachments.samples import png
from tests.support.markets import draft, launched, ready
from tests.support.web import Client, Site, text_of


@pytest.fixture
def market_id(site: Site) -> UUID:
    with site.work() as work:
        return UUID(str(draft(work, site.cast, ready(work, site.cast)).id))


def lines(site: Site, market_id: UUID) -> tuple[LineView, ...]:
    with site.read("buyer") as work:
        return queries.one(work, market_id).frame.lines


def shown(client: Client, market_id: UUID) -> dict[str, Any]:
    """What the page says it shows, in its hidden field."""
    page = client.get(f"/marches/{market_id}/grille").text
    found = re.search(r'name="lu" value="([^"]*)"', page)
    assert found is not None
    return dict(json.loads(unescape(found[1])))


def test_cells_are_kept_and_a_line_more_is_added(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    read = shown(buyer, market_id)
    first, fresh = lines(site, market_id)[0], list(read)[-1]
    typed = {
        f"{first.id}.quantity": "1 200",
        f"{first.id}.values.requirements": "Lavable",
        f"{fresh}.designation": "Lampe",
        f"{fresh}.quantity": "2,5",
        "new": fresh,
        "lu": json.dumps(read),
    }
    for _ in range(2):  # pressed twice, kept once
        assert buyer.post(path, typed).status_code == 303
    table, *_, lamp = lines(site, market_id)
    assert (table.quantity, table.designation) == (1200, first.designation)
    assert table.values["requirements"] == "Lavable"
    assert (lamp.designation, str(lamp.quantity), lamp.number) == ("Lampe", "2.5", "4")
    assert len(lines(site, market_id)) == 4


def test_what_is_wrong_is_said_beside_its_cell_and_nothing_is_kept(
    site: Site, market_id: UUID
) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    read, (first, second, _) = shown(buyer, market_id), lines(site, market_id)
    typed = {f"{first.id}.code": "Z", f"{second.id}.quantity": "douze", "lu": json.dumps(read)}
    page = buyer.post(path, typed)
    assert page.status_code == 422
    assert f'value="{typed[f"{second.id}.quantity"]}"' in page.text
    assert f'id="f-{second.id}-quantity-error"' in page.text
    assert lines(site, market_id)[0].code == first.code
    sliced = {f"{first.id}.slice_size": "9", "lu": json.dumps(read)}
    page = buyer.post(path, sliced)
    assert f'id="f-{first.id}-slice_size-error"' in page.text
    assert "dépasse la quantité" in text_of(page)


def test_two_people_in_one_line(site: Site, market_id: UUID) -> None:
    buyer, officer, path = site.as_("buyer"), site.as_("officer"), f"/marches/{market_id}/grille"
    read, line = shown(buyer, market_id), lines(site, market_id)[0]
    mine = {f"{line.id}.unit": "pièce", "lu": json.dumps(read)}
    theirs = {f"{line.id}.quantity": "7", "lu": json.dumps(read)}
    assert officer.post(path, theirs).status_code == 303
    assert buyer.post(path, mine).status_code == 303  # another cell of the same line
    both = lines(site, market_id)[0]
    assert (both.quantity, both.unit) == (7, "pièce")
    late = buyer.post(path, {f"{line.id}.quantity": "9", "lu": json.dumps(read)})
    assert late.status_code == 422
    assert "« 7 »" in text_of(late).replace("\u00a0", " ")
    again = {f"{line.id}.quantity": "9", "lu": json.dumps(shown(buyer, market_id))}
    assert buyer.post(path, again).status_code == 303
    assert lines(site, market_id)[0].quantity == 9
    officer.post(path, {"tick": str(line.id), "do": "remove", "lu": "{}"})
    gone = buyer.post(path, {f"{line.id}.quantity": "3", "lu": json.dumps(read)})
    assert "retirée entre-temps" in text_of(gone)


def test_a_line_is_kept_as_it_is_typed(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille/cellules"
    fresh, asked = uuid7(), {"HX-Request": "true"}
    typed = {f"{fresh}.designation": "Banc", f"{fresh}.quantity": "1000", "new": str(fresh)}
    kept = buyer.post(path, typed | {"lu": "{}"}, headers=asked)
    assert kept.status_code == 200
    now = re.search(r'data-now="([^"]*)"', kept.text)
    assert now is not None
    assert json.loads(unescape(now[1]))["quantity"] == "1\u202f000"
    wrong = buyer.post(path, {f"{fresh}.quantity": "x", "lu": "{}"}, headers=asked)
    assert wrong.status_code == 422
    assert "Pas enregistré" in text_of(wrong)
    assert buyer.post(path, typed | {"lu": "{}"}).status_code in {303, 422}  # without script


def test_ticked_lines_together_then_undone(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    first, second, third = lines(site, market_id)

    def press(act: str, **more: str) -> str:
        given = {"tick": [str(first.id), str(third.id)], "do": act, "lu": "{}"}
        return text_of(buyer.follow(buyer.post(path, given | more)))

    assert "2 lignes retirées." in press("remove")
    assert [one.code for one in lines(site, market_id)] == [second.code]
    buyer.follow(buyer.post(f"{path}/annuler"))
    assert [one.id for one in lines(site, market_id)] == [first.id, second.id, third.id]
    assert buyer.post(f"{path}/annuler").status_code == 409
    press("down")
    assert [one.id for one in lines(site, market_id)] == [second.id, first.id, third.id]
    press("duplicate")
    assert len(lines(site, market_id)) == 5
    press("give", **{"same.slice_size": "1", "same.values.requirements": "Démontable"})
    sized = {one.id for one in lines(site, market_id) if one.slice_size == 1}
    assert sized == {first.id, third.id}
    everything = press("give", all="oui", **{"same.slice_size": "0"})
    assert "5 lignes changées." in everything
    nothing = buyer.post(path, {"do": "duplicate", "lu": "{}"})
    assert nothing.status_code == 422
    assert "les lignes concernées" in text_of(nothing)


def test_lots_made_named_and_taken_out(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    buyer.follow(buyer.post(f"{path}/lots", {"lots.1": "Tables", "title": "Sièges"}))
    line = lines(site, market_id)[1]
    read = shown(buyer, market_id)
    buyer.post(path, {f"{line.id}.lot_number": "2", "lu": json.dumps(read)})
    with site.read("buyer") as work:
        view = queries.one(work, market_id)
    assert [(lot.number, lot.title) for lot in view.lots] == [(1, "Tables"), (2, "Sièges")]
    assert view.frame.lines[1].lot_number == 2
    refused = buyer.post(f"{path}/lots", {"remove": "2"})
    assert refused.status_code == 409
    assert "mettez-les d" in text_of(refused)
    tick = {"tick": str(line.id), "do": "give", "same.lot_number": "1", "lu": "{}"}
    assert buyer.post(path, tick).status_code == 303
    assert buyer.post(f"{path}/lots", {"remove": "2"}).status_code == 303
    assert buyer.post(f"{path}/lots", {"remove": "1"}).status_code == 409


def test_what_buyers_usually_say_is_ready_to_add(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    page = buyer.get(f"{path}/colonnes/nouvelle?cote=buyer").text
    assert 'value="supplied"' in page
    buyer.follow(buyer.post(f"{path}/colonnes/nouvelle", {"usual": "supplied", "side": "buyer"}))
    buyer.follow(buyer.post(f"{path}/colonnes/nouvelle", {"usual": "matching", "side": "buyer"}))
    with site.read("buyer") as work:
        frame = queries.one(work, market_id).frame
    added = {view.column.role: view for view in frame.buyer if view.column.role}
    assert {"supplied", "supplied_quantity", "supplied_place", "matching"} <= set(added)
    line, key = frame.lines[0], f"values.{added['matching'].key}"  # type: ignore[index]  # a role is its text
    typed = {f"{line.id}.{key}": "Assorties", "lu": json.dumps(shown(buyer, market_id))}
    assert buyer.post(path, typed).status_code == 303
    seen = unescape(buyer.get(f"{path}/apercu").text)
    assert "Identiques ou dépareillées\u00a0: Assorties" in unescape(seen)
    wide = {"label": "Garantie (mois)", "side": "supplier", "type": "integer"}
    buyer.follow(buyer.post(f"{path}/colonnes/nouvelle", wide))
    assert "Revenir aux six colonnes" in text_of(buyer.get(path))
    assert buyer.post(f"{path}/colonnes/habituelles").status_code == 303
    assert "Revenir aux six colonnes" not in text_of(buyer.get(path))
    with site.read("buyer") as work:
        assert len(queries.one(work, market_id).frame.supplier) == 6
    assert 'value="supplied"' not in buyer.get(f"{path}/colonnes/nouvelle?cote=buyer").text


def test_the_states_have_words_and_pictures(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    with site.read("buyer") as work:
        state = next(
            one for one in queries.one(work, market_id).frame.supplier if one.key == "condition"
        )
    address = f"{path}/colonnes/{state.id}"
    page = buyer.get(address).text
    assert "etats/etat-1.svg" in page
    image = f"{address}/choix/0/image"
    assert buyer.get(image).status_code == 404  # ours is a file of the application
    joined = buyer.post(image, {}, files={"picture": ("comme-neuf.png", png())})
    assert joined.status_code == 303
    assert buyer.get(image).content == png()
    assert buyer.post(image, {}, files={"picture": ("x.png", b"%PDF-1.7")}).status_code == 422
    for part in ("auditor", "alder"):
        sent = site.as_(part).post(image, {}, files={"picture": ("a.png", png())})
        assert sent.status_code == 403
    copied = buyer.post(f"/marches/{market_id}/copier").headers["location"].split("/")[2]
    changed = {
        "label": "État", "side": "supplier", "type": "choice", "required": "oui",
        "choice.0": "Comme neuf", "meaning.0": "Aucune trace.", "choice.1": "", "choice.2": "Usé",
    }  # fmt: skip
    assert buyer.post(address, changed).status_code == 303
    with site.read("buyer") as work:
        frame = queries.one(work, market_id).frame
        kept = next(one for one in frame.supplier if one.key == "condition").column.grades
        assert [(choice, meaning.text) for choice, meaning in kept] == [
            ("Comme neuf", "Aucune trace."), ("Usé", "")
        ]  # fmt: skip
        assert kept[1][1].picture == "etat-3"
        frame = queries.one(work, UUID(copied)).frame
        state = next(one for one in frame.supplier if one.key == "condition")
    assert buyer.post(f"{image}/retirer").status_code == 303
    with site.read("buyer") as work:  # the copied market still shows it
        assert len(work.session.exec(select(Attachment)).all()) == 1
    image = f"/marches/{copied}/grille/colonnes/{state.id}/choix/0/image"
    assert buyer.get(image).content == png()
    assert buyer.post(f"{image}/retirer").status_code == 303
    with site.read("buyer") as work:
        assert work.session.exec(select(Attachment)).all() == []
    assert not list((site.wiring.settings.data_dir / "files" / "objects").iterdir())


def test_a_launched_grid_is_read_and_its_states_are_shown_to_who_answers(site: Site) -> None:
    with site.work() as work:
        market = launched(work, site.cast, ready(work, site.cast))
    path = f"/marches/{market.id}/grille"
    page = site.as_("buyer").get(path)
    assert page.status_code == 200
    assert 'id="grille"' not in page.text
    assert site.as_("buyer").post(path, {"lu": "{}", "do": "remove", "all": "oui"}).status_code in {
        403, 409
    }  # fmt: skip
    alder = site.as_("alder")
    alder.post(f"/reponse/{market.id}/commencer")
    answer = alder.get(f"/reponse/{market.id}/offre").text
    assert "etats/etat-3.svg" in answer
    assert "ce que veulent dire les choix" in answer
    assert alder.get(f"/reponse/{market.id}/choix/condition/0/image").status_code == 404
    assert site.anonymous().get(f"/reponse/{market.id}/choix/condition/0/image").status_code == 303


def test_the_preview_is_the_suppliers_page(site: Site, market_id: UUID) -> None:
    for wanted, width in (("telephone", "390"), ("ordinateur", "1200"), ("montre", "390")):
        page = site.as_("buyer").get(f"/marches/{market_id}/grille/apercu?vue={wanted}")
        assert page.status_code == 200
        assert f'width="{width}"' in page.text
        inside = unescape(page.text)
        assert "J'en ai combien" in unescape(inside)
        assert "<script" not in inside.split("srcdoc=", 1)[1].split("</iframe>")[0]
    for part in ("alder", "other_officer"):
        got = site.as_(part).get(f"/marches/{market_id}/grille/apercu").status_code
        assert got in {403, 404}


def test_out_to_a_spreadsheet_and_back_nothing_is_lost(site: Site, market_id: UUID) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille"
    first, *_ = lines(site, market_id)
    buyer.post(f"{path}/lignes/{first.id}/photo", {}, files={"picture": ("a.png", png())})
    buyer.post(f"{path}/colonnes/nouvelle", {"usual": "origin", "side": "buyer"})
    buyer.post(f"{path}/lots", {"lots.1": "Tables", "title": "Sièges"})
    typed = {
        f"{first.id}.lot_number": "2", f"{first.id}.slice_size": "2",
        f"{first.id}.values.origine_souhaitee": "Réemploi", f"{first.id}.designation": "=1+1",
        "lu": json.dumps(shown(buyer, market_id)),
    }  # fmt: skip
    assert buyer.post(path, typed).status_code == 303
    with site.read("buyer") as work:
        before = queries.one(work, market_id).frame
    sheet = buyer.get(f"{path}.xlsx").content
    read = buyer.post(f"{path}/fichier", files={"file": ("grille.xlsx", sheet)})
    hidden = dict(
        re.findall(r'type="hidden" name="(version|name|file)" value="([^"]*)"', read.text)
    )
    assert buyer.post(f"{path}/appliquer", hidden).status_code == 303
    with site.read("buyer") as work:
        after = queries.one(work, market_id).frame
    drawn = [one.column.role for one in before.buyer]
    assert [one.column.role for one in after.buyer if one.column.role != "slice_size"] == drawn
    assert [(one.column, one.hint) for one in after.supplier] == [
        (one.column, one.hint) for one in before.supplier
    ]
    kept = ("lot_number", "code", "designation", "quantity", "unit", "slice_size", "picture_id")
    for mine, theirs in zip(after.lines, before.lines, strict=True):
        assert [getattr(mine, name) for name in kept] == [getattr(theirs, name) for name in kept]
    assert after.lines[0].values["origine_souhaitee"] == "Réemploi"
    photo = f"{path}/lignes/{after.lines[0].id}/photo"
    assert buyer.get(photo).content == png()
    assert site.as_("alder").get(f"{path}.xlsx").status_code == 403
    fewer = "Code\tDésignation\tQuantité\nA-01\tArmoire\t2\n"
    pasted = buyer.post(f"{path}/coller", {"pasted": fewer})
    hidden = dict(
        re.findall(r'type="hidden" name="(version|name|file)" value="([^"]*)"', pasted.text)
    )
    assert buyer.post(f"{path}/appliquer", hidden).status_code == 303
    with site.read("buyer") as work:
        assert work.session.exec(select(Attachment)).all() == []


def test_the_organisations_own_states_are_proposed_to_its_next_grids(
    site: Site, market_id: UUID
) -> None:
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/grille/colonnes"

    def state(work: Work, of: UUID) -> ColumnView:
        asked = queries.one(work, of).frame.supplier
        return next(one for one in asked if one.key == "condition")

    with site.read("buyer") as work:
        mine = state(work, market_id)
        price = next(
            one for one in queries.one(work, market_id).frame.supplier if one.key == "unit_price"
        )
        category = queries.one(work, market_id).row["category_id"]
    image = f"{path}/{mine.id}/choix/1/image"
    buyer.post(image, {}, files={"picture": ("raye.png", png())})
    said = {"label": "État", "side": "supplier", "type": "choice", "required": "oui"}
    said |= {"choice.0": "Impeccable", "choice.1": "Rayé", "meaning.1": "Des rayures."}
    assert buyer.post(f"{path}/{mine.id}", said).status_code == 303
    for _ in range(2):  # kept again, the first ones go
        assert buyer.post(f"{path}/{mine.id}/etats").status_code == 303
    assert buyer.post(f"{path}/{price.id}/etats").status_code == 422
    assert site.as_("auditor").post(f"{path}/{mine.id}/etats").status_code == 403
    made = buyer.post("/marches/nouveau", {"category_id": str(category), "title": "Bancs"})
    other = UUID(made.headers["location"].split("/")[2])
    with site.read("buyer") as work:
        theirs = state(work, other)
        assert [(choice, meaning.text) for choice, meaning in theirs.column.grades] == [
            ("Impeccable", ""), ("Rayé", "Des rayures.")
        ]  # fmt: skip
        assert len(work.session.exec(select(Attachment)).all()) == 3
    address = f"/marches/{other}/grille/colonnes/{theirs.id}/choix/1/image"
    assert buyer.post(f"{image}/retirer").status_code == 303
    assert buyer.get(address).content == png()
