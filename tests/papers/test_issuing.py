"""Issuing freezes what a paper says; nothing changes it afterwards (P14)."""

import hashlib
import json
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from sad.accounts.permissions import NotAllowed
from sad.attachments.filetypes import TYPES, FileKind
from sad.attachments.intake import Received
from sad.audit.tables import audit_event
from sad.db.work import Work
from sad.kernel.canonical import canonical
from sad.kernel.errors import NotFound
from sad.markets.tables import SpecificMarket
from sad.papers import organisation_templates as templates
from sad.papers import queries, service
from sad.papers.rules import NotYet, ReasonMissing, Stage, waits_for
from sad.papers.states import PaperKind
from sad.papers.tables import Paper, PaperTemplate
from sad.suppliers.papers import KeptFile
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.markets import draft, launched, ready

K = PaperKind


@pytest.fixture
def market(work: OpenWork, cast: Cast) -> UUID:
    """Launched by the buyer."""
    with work() as w:
        return launched(w, cast, ready(w, cast)).id


def events(work: Work, action: str) -> list[dict[str, object]]:
    """What the journal holds of an action, in the order of its chain."""
    rows = work.connection.execute(
        select(audit_event.c.body).order_by(audit_event.c.chain, audit_event.c.seq)
    )
    bodies = [json.loads(body) for (body,) in rows]
    return [one["after"] for one in bodies if one["action"] == action]


def template(work: Work, kind: PaperKind, name: str = "maison.docx") -> PaperTemplate:
    """A template already stored, put for a kind."""
    received = Received(name, TYPES[FileKind.DOCX], 9, "ab" * 32, None)
    return templates.put_template(work, kind, KeptFile(received, "0" * 32, b"k" * 32), ["number"])


def test_what_is_issued_stays_when_the_market_changes(
    work: OpenWork, read: OpenWork, cast: Cast, market: UUID
) -> None:
    with work(cast.actor("buyer")) as w:
        paper = service.issue(w, K.INVITATION, market, site="https://m.example")
        title = paper.facts["title"]
    with work() as w:
        row = w.get_in(SpecificMarket, cast.organisation_id, market)
        row.title = "Tout autre chose"
        w.add(row)
    with read(cast.actor("buyer")) as w:
        kept = queries.paper(w, paper.id)
        assert kept.facts["title"] == title != "Tout autre chose"
        assert kept.facts_sha256 == hashlib.sha256(canonical(kept.facts)).hexdigest()
        assert kept.facts["address"].startswith("https://m.example/")
        said = events(w, "paper.issued")
        assert said == [
            {
                "about": str(market),
                "facts": kept.facts_sha256,
                "paper": "invitation",
                "template": None,
                "version": 1,
            }
        ]
    for change in ("UPDATE paper SET number = 'x'", "DELETE FROM paper"):
        with work() as w, pytest.raises(DatabaseError, match="append-only"):
            w.connection.execute(text(change))


def test_issued_again_it_is_a_new_version_with_its_reason(
    work: OpenWork, read: OpenWork, cast: Cast, market: UUID
) -> None:
    with work(cast.actor("buyer")) as w:
        service.issue(w, K.INVITATION, market)
    with work(cast.actor("buyer")) as w, pytest.raises(ReasonMissing):
        service.issue(w, K.INVITATION, market, reason="  ")
    with work(cast.actor("buyer")) as w:
        second = service.issue(w, K.INVITATION, market, reason="Adresse corrigée.")
        assert second.facts["version"] == 2
    with read(cast.actor("auditor")) as w:
        line, _ = queries.one_line(w, K.INVITATION, market)
        assert [(one.version, one.reason) for one in line.versions] == [
            (2, "Adresse corrigée."),
            (1, ""),
        ]
        assert not line.may_issue


def test_nothing_is_issued_before_its_time_nor_by_just_anybody(
    work: OpenWork, cast: Cast, market: UUID
) -> None:
    with work(cast.actor("officer")) as w:
        for kind in (K.DEPOSITS_REGISTER, K.OPENING_MINUTES):
            with pytest.raises(NotYet) as refused:
                service.issue(w, kind, market)
            assert refused.value.facts["stage"] is Stage.OPENED
        with pytest.raises(NotFound):
            service.issue(w, K.REJECTION, market)  # a letter, written by the decision
        with pytest.raises(NotFound):
            service.issue(w, K.CONTRACT, market)  # no award has this id
    for part in ("auditor", "evaluator", "administrator"):
        with work(cast.actor(part)) as w, pytest.raises(NotAllowed):
            service.issue(w, K.INVITATION, market)
    with work(cast.actor("other_officer")) as w, pytest.raises(NotFound):
        service.issue(w, K.INVITATION, market)


def test_a_draft_waits_for_its_launch(work: OpenWork, read: OpenWork, cast: Cast) -> None:
    with work() as w:
        about = draft(w, cast, ready(w, cast)).id
    with read(cast.actor("buyer")) as w:
        found = queries.of_market(w, about)
        assert {line.waits_for for line in found.papers} == {
            *(Stage.LAUNCHED, Stage.OPENED, Stage.RANKED, Stage.DECIDED)
        }
        assert not found.letters


def test_who_reads_an_issued_paper(
    work: OpenWork, read: OpenWork, cast: Cast, market: UUID
) -> None:
    with work(cast.actor("officer")) as w:
        invitation = service.issue(w, K.INVITATION, market).id
        system = w.get(SpecificMarket, market).system_id
        rules = service.issue(w, K.RULES, system).id
    for part, readable in (
        ("alder", {invitation, rules}),
        ("stranger", {rules}),
        ("auditor", {invitation, rules}),
        ("other_officer", {rules}),
    ):
        with read(cast.actor(part)) as w:
            for id_ in (invitation, rules):
                if id_ in readable:
                    assert queries.paper(w, id_).id == id_
                else:
                    with pytest.raises(NotFound):
                        queries.paper(w, id_)
    with read(cast.actor("birch")) as w:
        assert [one.kind for one in queries.for_answer(w, market)] == [K.INVITATION, K.RULES]


def test_a_template_put_serves_the_papers_that_follow(
    work: OpenWork, read: OpenWork, cast: Cast, market: UUID
) -> None:
    with work(cast.actor("officer")) as w:
        first = service.issue(w, K.INVITATION, market)
        put = template(w, K.INVITATION)
    with work(cast.actor("officer")) as w:
        second = service.issue(w, K.INVITATION, market, reason="Notre papier à en-tête.")
        again = template(w, K.INVITATION, "autre.docx")
        twice = PaperTemplate(**template(w, K.RULES).model_dump(exclude={"id"}))
    with work(cast.actor("officer")) as w, pytest.raises(DatabaseError):
        w.add(twice)  # one serves a kind
    unnamed = second.model_dump(exclude={"id", "template_sha256"})
    with work(cast.actor("officer")) as w, pytest.raises(DatabaseError):
        w.add(Paper(**unnamed | {"version": 3, "reason": "x"}))
    assert (first.template_id, second.template_id) == (None, put.id)
    assert second.template_sha256 == put.sha256
    with work(cast.actor("officer")) as w:
        assert templates.live_templates(w)[K.INVITATION].id == again.id
        templates.withdraw_template(w, K.INVITATION)
        assert templates.live_template(w, K.INVITATION) is None
        with pytest.raises(NotFound):
            templates.withdraw_template(w, K.INVITATION)
        assert templates.of_paper(w, cast.organisation_id, put.id).name == "maison.docx"
    with read(cast.actor("officer")) as w:
        assert len(events(w, "paper_template.put")) == 3
        assert len(events(w, "paper_template.withdrawn")) == 1
    with work(cast.actor("buyer")) as w, pytest.raises(NotAllowed):
        template(w, K.INVITATION)


def test_only_papers_of_a_moment_wait() -> None:
    reached = frozenset({Stage.LAUNCHED})
    assert waits_for(K.RULES, frozenset()) is None
    assert waits_for(K.INVITATION, reached) is None
    assert waits_for(K.ANALYSIS_REPORT, reached) is Stage.RANKED
