"""Files of issued papers: drawn once outside of any transaction, encrypted, served as kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from sad.attachments.filetypes import TYPES, FileKind
from sad.attachments.store import Store
from sad.attachments.streaming import SealedFile, decrypt
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.ids import random_id
from sad.kernel.vault import open_bytes, seal_bytes
from sad.papers.states import LETTERS, PaperFormat, PaperKind
from sad.papers.subjects import subject_in
from sad.papers.tables import Paper, PaperFile

MEDIA_TYPES = {form: TYPES[FileKind(form.value)].media_type for form in PaperFormat}


@dataclass(frozen=True)
class Drawn:
    """A file of a paper already stored and encrypted, waiting for its row."""

    format: PaperFormat
    object_name: str
    key: bytes
    sealed: SealedFile


def keep_drawn(work: Work, paper: Paper, drawn: Sequence[Drawn]) -> list[Drawn]:
    """Names the files of a paper, their hashes journalled; gives back those it already had.

    The engine's own act: it follows the issue, whoever asked for it.
    """
    about = subject_in(
        work, paper.organisation_id, PaperKind(paper.kind), paper.about_id, lock=True
    )
    there = {row.format for row in files_of(work, [paper])}
    wanted = [one for one in drawn if one.format not in there]
    for one in wanted:
        file_id = random_id()
        work.add(
            PaperFile(
                organisation_id=paper.organisation_id,
                id=file_id,
                paper_id=paper.id,
                format=one.format,
                size=one.sealed.clear_size,
                sha256=one.sealed.clear_sha256,
                object_name=one.object_name,
                file_key=seal_bytes(work.rings, _context(file_id), one.key),
                drawn_at=work.now,
            )
        )
    if wanted:
        hashes = {one.format.value: one.sealed.clear_sha256 for one in wanted}
        after = {"paper": paper.kind, "version": paper.version, **hashes}
        record(work, about.chain, "paper.drawn", paper.id, after=after)
    return [one for one in drawn if one not in wanted]


def undrawn(work: Work, most: int) -> list[tuple[UUID, UUID]]:
    """`(organisation, paper)` of papers of which nothing is drawn yet, the oldest first.

    Letters are left out: their PDF is their own, their other file is drawn when it is asked for.
    """
    drawn = select(PaperFile.paper_id).where(
        col(PaperFile.organisation_id) == col(Paper.organisation_id),
        col(PaperFile.paper_id) == col(Paper.id),
    )
    query = (
        select(Paper.organisation_id, Paper.id)
        .where(~drawn.exists(), col(Paper.kind).not_in(LETTERS))
        .order_by(col(Paper.issued_at), col(Paper.id))
        .limit(most)
    )
    return list(work.session.exec(query))


def files_of(work: Work, papers: Sequence[Paper]) -> list[PaperFile]:
    """The files of papers of one organisation, in the order of their formats."""
    if not papers:
        return []
    query = (
        select(PaperFile)
        .where(
            col(PaperFile.organisation_id) == papers[0].organisation_id,
            col(PaperFile.paper_id).in_([one.id for one in papers]),
        )
        .order_by(col(PaperFile.paper_id), col(PaperFile.format))
    )
    return list(work.session.exec(query))


def file_of(work: Work, paper: Paper, format_: PaperFormat) -> PaperFile:
    """One file of a paper the caller was allowed to read. Raises NotFound until it is drawn."""
    for row in files_of(work, [paper]):
        if row.format == format_:
            return row
    raise NotFound()


def content(work: Work, row: PaperFile, store: Store) -> Iterator[bytes]:
    """The bytes of a file, as they were drawn."""
    key = open_bytes(work.rings, _context(row.id), row.file_key)
    return decrypt(store.read(row.object_name), key)


def _context(file_id: UUID) -> str:
    return f"paper_file:{file_id}"
