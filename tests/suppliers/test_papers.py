"""Papers kept ready (P8): encrypted, replaced, expired, read by their own people."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import storage
from sad.attachments.store import Store
from sad.kernel.errors import NotFound, Refusal
from sad.suppliers import papers
from sad.suppliers.rules import ExpiryMissing, TitleMissing
from sad.suppliers.schemas import PaperInput
from sad.suppliers.states import PaperKind
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock

TEXT = b"Attestation de vigilance n. 12\n" * 50


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store in a folder of the test."""
    return storage.open_store((tmp_path / "objects").as_uri())


def blocks() -> Iterator[bytes]:
    """The file as it arrives."""
    yield TEXT[:700]
    yield TEXT[700:]


def test_a_paper_is_kept_encrypted_and_read_again_by_its_people(
    work: OpenWork, read: OpenWork, cast: Cast, store: Store, tmp_path: Path
) -> None:
    data = PaperInput(kind=PaperKind.VIGILANCE, expires_on=date(2027, 2, 1))
    file = papers.keep_file(store, "../vigilance.txt", len(TEXT), blocks())
    with work(cast.actor("alder")) as w:
        paper = papers.add_paper(w, data, file)
    with read(cast.actor("alder")) as w:
        kept = papers.kept(w, cast.suppliers["alder"])
        again = b"".join(papers.content(w, papers.own_paper(w, paper.id), store))
    assert [(p.name, p.expired) for p in kept] == [("vigilance.txt", False)]
    assert again == TEXT
    assert not any(
        b"vigilance" in path.read_bytes() for path in tmp_path.rglob("objects/*") if path.is_file()
    )
    with read(cast.actor("birch")) as w, pytest.raises(NotFound):
        papers.own_paper(w, paper.id)
    with work(cast.actor("birch")) as w, pytest.raises(NotFound):
        papers.remove_paper(w, paper.id)


def test_a_newer_paper_replaces_and_an_old_one_expires(
    work: OpenWork, cast: Cast, store: Store, clock: FixedClock
) -> None:
    data = PaperInput(kind=PaperKind.TAX, expires_on=date(2026, 9, 1))
    with work(cast.actor("alder")) as w:
        for name in ("ancienne.txt", "nouvelle.txt"):
            papers.add_paper(w, data, papers.keep_file(store, name, None, blocks()))
        assert [(p.name, p.expired) for p in papers.kept(w, cast.suppliers["alder"])] == [
            ("nouvelle.txt", False)
        ]
    clock.advance(days=1)
    with work(cast.actor("alder")) as w:
        kept = papers.kept(w, cast.suppliers["alder"])
        assert kept[0].expired
        papers.remove_paper(w, kept[0].id)
        assert papers.kept(w, cast.suppliers["alder"]) == []


def test_what_is_refused(work: OpenWork, cast: Cast, store: Store) -> None:
    file = papers.keep_file(store, "piece.txt", None, blocks())
    with work(cast.actor("alder")) as w:
        with pytest.raises(ExpiryMissing):
            papers.add_paper(w, PaperInput(kind=PaperKind.INSURANCE), file)
        with pytest.raises(TitleMissing):
            papers.add_paper(w, PaperInput(kind=PaperKind.OTHER), file)
    with pytest.raises(Refusal):
        papers.keep_file(store, "programme.exe", None, blocks())
