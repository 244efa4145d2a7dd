"""Each paper of the demonstration: its pages, what it must say, the bytes it always has."""

import io
import json
import re

import pytest
from pypdf import PdfReader

from app.rendering.french import euros, long_date, moment
from app.rendering.papers import DATA, paper_pdf
from sad.kernel.canonical import canonical
from sad.papers.builders import GATHERED
from sad.papers.catalogue import kept, read_back
from sad.papers.schemas_award import ContractFacts, ElectedNoteFacts
from sad.papers.schemas_market import InvitationFacts
from sad.papers.schemas_system import RulesFacts
from sad.papers.states import PaperKind
from tests.papers.content import Said, Shown, words

pytestmark = pytest.mark.xdist_group("papers_content")

K = PaperKind
MOST_PAGES = {
    K.RULES: 3,
    K.TERMS: 2,
    K.DECLARATION: 1,
    K.ADMISSION: 1,
    K.REFUSAL: 1,
    K.CONTRACT: 2,
    K.ELECTED_NOTE: 1,
}
RAW = re.compile(
    r"\b(?:None|True|False|null|adapted|formal|liable|franchise_|investment|functioning|single|"
    r"proportional|judged|officer|buyer|regular|cents)\b|[a-z]+\.[a-z]+_[a-z]+|\{|\}"
    r"|\d{4}-\d\d-\d\dT|\d\d:\d\d:\d\d"
)


@pytest.fixture(scope="module")
def papers(shown: Shown) -> dict[PaperKind, Said]:
    return {kind: shown.paper(kind) for kind in GATHERED}


def test_each_holds_in_its_pages(papers: dict[PaperKind, Said]) -> None:
    pages = {kind: len(papers[kind].pages) for kind in MOST_PAGES}
    assert {kind: count for kind, count in pages.items() if count > MOST_PAGES[kind]} == {}


def test_each_page_says_whose_which_version_when_by_whom(papers: dict[PaperKind, Said]) -> None:
    for kind, paper in papers.items():
        facts = paper.facts
        for rank, page in enumerate(paper.pages, start=1):
            assert facts.buyer.name in page, kind
            assert f"{facts.number}, version 1" in page, kind
            assert f"Établi le {moment(facts.issued_at)} par {facts.issued_by}" in page, kind
            assert "(commande publique)" in page, kind
            assert f"{rank} / {len(paper.pages)}" in page, kind


def test_nothing_raw_is_read(papers: dict[PaperKind, Said]) -> None:
    found = {kind: RAW.findall(papers[kind].text) for kind in papers}
    assert {kind: codes for kind, codes in found.items() if codes} == {}


def test_the_raw_facts_are_inside_and_give_the_same_bytes(papers: dict[PaperKind, Said]) -> None:
    for kind, paper in papers.items():
        [(name, [content])] = PdfReader(_file(paper)).attachments.items()
        assert (name, content) == (DATA, canonical(kept(paper.facts)))
        assert read_back(kind, json.loads(content)) == paper.facts
    facts = read_back(K.TERMS, kept(papers[K.TERMS].facts))
    assert paper_pdf(facts) == papers[K.TERMS].pdf


def test_the_rules_say_the_need_the_categories_and_the_days(
    papers: dict[PaperKind, Said],
) -> None:
    facts, text = papers[K.RULES].facts, papers[K.RULES].text
    assert isinstance(facts, RulesFacts) and facts.categories and facts.closing_at
    said = [
        f"{_plain(euros(facts.maximum))} hors taxes",
        long_date(facts.closing_at),
        "procédure adaptée ; aucune négociation",
        *(category.name for category in facts.categories),
        "Le délai de réponse est d’au moins dix jours",
        "note = poids × prix le plus bas ÷ prix de l’offre",
        *("R2162-37", "R2162-44", "R2162-45", "R2162-49", "R2162-50", "R2162-51", "R2144-7"),
        facts.buyer.contact,
    ]
    assert [one for one in said if one not in text] == []


def test_the_terms_put_the_derogations_last_and_the_papers_in_order(
    papers: dict[PaperKind, Said],
) -> None:
    text = papers[K.TERMS].text
    order = (
        *("acte d’engagement ;", "grille de réponse", "l’invitation, avec ses modifications"),
        *("cahier des clauses particulières (CCP)", "CCAG-FS, arrêté"),
    )
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert "14. Dérogations au CCAG-FS" in text and "15. " not in text
    for said in ("pas plus chère", "P = V × R ÷ 1 000", "R2192-10", "40 €", "R2191-3", "L2112-2"):
        assert said in text


def test_the_invitation_gives_what_the_law_asks(papers: dict[PaperKind, Said]) -> None:
    facts, text = papers[K.INVITATION].facts, papers[K.INVITATION].text
    assert isinstance(facts, InvitationFacts)
    assert f"Répondre avant le {moment(facts.deadline_at)}" in text
    assert facts.notice_reference in text and "français, euros" in text
    assert facts.address in text.replace(" ", "")
    for criterion in facts.criteria:
        assert words(criterion.label) in text
    for line in facts.lines:
        assert line.designation in text


def test_the_contract_counts_what_is_paid(papers: dict[PaperKind, Said]) -> None:
    facts, text = papers[K.CONTRACT].facts, papers[K.CONTRACT].text
    assert isinstance(facts, ContractFacts)
    assert sum(line.ht.cents for line in facts.lines) == facts.ht.cents
    assert facts.ht + facts.vat == facts.payable
    assert sum(one.vat.cents for one in facts.by_rate) == facts.vat.cents
    said = [
        *(facts.holder.name, facts.holder.siret, facts.buyer.siret, facts.engagement_number),
        *(_plain(euros(facts.ht)), _plain(euros(facts.payable)), "IBAN", "6. Signatures"),
        facts.imputations[0].nature,
    ]
    assert [one for one in said if one not in text] == []


def test_the_note_says_how_much_who_and_why_it_is_lawful(papers: dict[PaperKind, Said]) -> None:
    facts, text = papers[K.ELECTED_NOTE].facts, papers[K.ELECTED_NOTE].text
    assert isinstance(facts, ElectedNoteFacts)
    assert facts.payable == sum((one.payable for one in facts.winners), type(facts.payable)(0))
    assert _plain(euros(facts.payable)) in text and "Pourquoi c’est régulier" in text
    assert all(one.name in text for one in facts.winners)


def test_the_report_of_a_market_given_line_by_line(papers: dict[PaperKind, Said]) -> None:
    text = papers[K.ANALYSIS_REPORT].text
    for title in ("Besoin", "Procédure", "Réponses reçues", "Recevabilité", "Prix bas", "Critères"):
        assert title in text
    assert "40 × prix le plus bas ÷ prix de l’offre" in text
    assert re.search(r"15 × [\d,]+ ÷ 20 = [\d,]+", text), "each mark with its figures"
    assert "Total proposé" in text and "Crédits fixés avant le lancement" in text


def _file(paper: Said) -> io.BytesIO:
    return io.BytesIO(paper.pdf)


def _plain(amount: str) -> str:
    return words(amount.replace("\u202f", " ").replace("\u00a0", " "))
