"""Letters in a word processor's form: what was frozen, by the template that served then (P14)."""

import re
from collections.abc import Mapping

import pytest
from sqlmodel import col, select

from app.papers import docx
from app.rendering.docx_ours import our_template
from app.rendering.papers import dressed
from sad.evaluation.tables import Letter
from sad.kernel.actor import ENGINE
from sad.papers import letters
from sad.papers.catalogue import read_back
from sad.papers.facts_letter import BY_KIND
from sad.papers.states import PaperKind
from sad.papers.tables import Paper
from tests.awards.steps import decide, notify, propose, sign
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.papers.content import Shown
from tests.papers.test_issuing import events, template
from tests.support.cast import Cast
from tests.support.documents import words

RAW = re.compile(r"tax_certificate|evaluation\.|\bcents\b|None|\{\{|irregular\b|\d{4}-\d\d-\d\d")


@pytest.fixture
def notified(work: OpenWork, cast: Cast, ranked: Scene) -> Scene:
    """A market notified: its winner and its losers have read of it."""
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked)
        decide(w, cast, ranked)
        sign(w, cast, award)
        notify(w, cast, award)
    return ranked


def _dress_all(work: OpenWork) -> list[Paper]:
    with work(ENGINE) as w:
        found = [letters.dress(w, *one) for one in letters.undressed(w, 50)]
    return [one for one in found if one is not None]


@pytest.mark.usefixtures("notified")
def test_each_letter_is_dressed_once_and_journalled(work: OpenWork) -> None:
    papers = _dress_all(work)
    assert sorted(one.kind for one in papers) == ["notification", "rejection", "rejection"]
    assert _dress_all(work) == []
    with work(ENGINE) as w:
        assert letters.dress(w, papers[0].organisation_id, papers[0].about_id) is None
        said = events(w, "paper.issued")
        assert {one["facts"] for one in said} == {one.facts_sha256 for one in papers}


def test_the_template_that_served_then_stays(work: OpenWork, cast: Cast, notified: Scene) -> None:
    with work(cast.actor("officer")) as w:
        own = template(w, PaperKind.REJECTION)
    papers = _dress_all(work)
    named = {one.kind: one.template_sha256 for one in papers}
    assert named == {"notification": None, "rejection": own.sha256}


def test_a_loser_reads_nothing_more_than_its_letter(
    work: OpenWork, cast: Cast, notified: Scene
) -> None:
    papers = {one.supplier_id: one for one in _dress_all(work) if one.kind == "rejection"}
    facts = read_back(PaperKind.REJECTION, papers[cast.suppliers["alder"]].facts)
    said = _said(dressed(facts))
    assert "Atelier birch" in said
    assert "Atelier cedar" not in said
    text = words(docx(facts, our_template(PaperKind.REJECTION)))
    assert "Votre offre est classée au rang 2" in text
    assert "L’offre retenue est celle de Atelier birch" in text
    assert "3 200,00 €" in text.replace("\u202f", " ").replace("\xa0", " ")


def test_every_letter_of_the_demonstration_reads_well(shown: Shown) -> None:
    with shown.read() as work:
        rows = work.session.exec(
            select(Letter).where(col(Letter.kind).in_(BY_KIND)).order_by(col(Letter.id))
        ).all()
        gathered = [BY_KIND[row.kind](work, row) for row in rows]
    assert {row.kind for row in rows} == set(BY_KIND)
    for facts in gathered:
        assert not RAW.search(_said(dressed(facts), without=("formula", "accent", "logo")))
    for kind in BY_KIND:
        longest = max((f for f in gathered if f.kind == kind), key=lambda f: len(str(f)))
        text = words(docx(longest, our_template(PaperKind(kind))))
        assert longest.recipient.name in text  # type: ignore[attr-defined]  # each is a letter
        assert not RAW.search(text)


def _said(value: object, without: tuple[str, ...] = ()) -> str:
    """Every word of what is dressed."""
    if isinstance(value, Mapping):
        return " ".join(_said(one, without) for key, one in value.items() if key not in without)
    if isinstance(value, list):
        return " ".join(_said(one, without) for one in value)
    return str(value)
