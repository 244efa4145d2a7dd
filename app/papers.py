"""Drawing issued papers: DOCX by the template named at the issue, PDF by ours; kept once.

Outside of any transaction: by the request that issued, else by the worker. What was issued never
changes afterwards: its facts and its template were frozen by the issue, its files are kept here.
"""

import logging
from typing import Any
from uuid import UUID

from app.guard.client import Filled, fill_template
from app.guard.refusals import Busy, FileRefused
from app.paper_pictures import pictures_of
from app.rendering.docx_ours import our_template
from app.rendering.paper_fields import shape
from app.rendering.papers import dressed, paper_pdf
from app.wiring import Wiring
from sad.attachments.store import StorageUnavailable, Store, new_object_name
from sad.attachments.streaming import SealingWriter, new_file_key
from sad.db.work import Work, reading, writing
from sad.papers import files as kept_files
from sad.papers import letters, organisation_templates
from sad.papers.catalogue import read_back
from sad.papers.files import Drawn
from sad.papers.schemas import PaperFacts
from sad.papers.states import LETTERS, PaperFormat, PaperKind
from sad.papers.tables import Paper

AT_ONCE = 5
"""Papers a run of the worker."""

log = logging.getLogger(__name__)


def template_of(work: Work, store: Store, kind: PaperKind) -> bytes:
    """The template that serves now in the agent's organisation: its own, else ours."""
    row = organisation_templates.live_template(work, kind)
    if row is None:
        return our_template(kind)
    return b"".join(organisation_templates.content(work, row, store))


def docx(facts: PaperFacts, template: bytes) -> bytes:
    """The paper in a word processor's form. Raises FileRefused."""
    return fill_template(template, shape(facts.kind), dressed(facts)).content


def tried(kind: PaperKind, template: bytes, said: dict[str, Any]) -> Filled:
    """A template just sent, filled with an example. Raises FileRefused."""
    return fill_template(template, shape(kind), said, trial=True)


def drawn_when_asked(wiring: Wiring, organisation_id: UUID, paper_id: UUID) -> None:
    """A letter's file is drawn for the first who takes it away, from what was frozen; then kept."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        paper = work.get_in(Paper, organisation_id, paper_id)
        waits = paper.kind in LETTERS and not kept_files.files_of(work, [paper])
    if waits:
        draw(wiring, organisation_id, paper_id)


def draw_waiting(wiring: Wiring, holder: str) -> None:
    """Draws what a request issued and did not finish, and the letters just written."""
    _dress_letters(wiring)
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        waiting = kept_files.undrawn(work, AT_ONCE)
    for organisation_id, paper_id in waiting:
        draw(wiring, organisation_id, paper_id)


def _dress_letters(wiring: Wiring) -> None:
    """Each letter takes the template that serves now; one that fails leaves the others alone."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        waiting = letters.undressed(work, AT_ONCE)
    for organisation_id, letter_id in waiting:
        try:
            with writing(wiring.engine, wiring.clock, wiring.rings) as work:
                letters.dress(work, organisation_id, letter_id)
        except Exception as error:  # noqa: BLE001 - its message could say what the letter says
            log.error("letter %s: not dressed (%s)", letter_id, type(error).__name__)


def draw(wiring: Wiring, organisation_id: UUID, paper_id: UUID) -> None:
    """Draws the files of an issued paper and keeps them, once; harmless when it is done already.

    Never raises, for the paper is issued: what fails is in the log, and the worker tries again. A
    template that cannot be filled with these facts leaves the PDF alone: the page says so.
    """
    try:
        _draw(wiring, organisation_id, paper_id)
    except (Busy, StorageUnavailable):
        log.warning("paper %s: not drawn for now, the worker will", paper_id)
    except Exception as error:  # noqa: BLE001 - its message could say what the paper says
        log.error("paper %s: not drawn (%s)", paper_id, type(error).__name__)


def _draw(wiring: Wiring, organisation_id: UUID, paper_id: UUID) -> None:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        paper = work.get_in(Paper, organisation_id, paper_id)
        if kept_files.files_of(work, [paper]):
            return
        facts = read_back(PaperKind(paper.kind), paper.facts)
        template = _template(work, wiring.store, paper)
        pictures = pictures_of(work, wiring.store, organisation_id, facts)
    kind = PaperKind(paper.kind)
    if kind in LETTERS:  # its PDF is the letter's own
        made = {PaperFormat.DOCX: _dressed_letter(paper, facts, template)}
        _keep(wiring, paper, made)
        return
    made = {PaperFormat.PDF: paper_pdf(facts, pictures)}
    try:
        made[PaperFormat.DOCX] = docx(facts, template)
    except Busy:
        raise
    except FileRefused as refusal:
        log.warning("paper %s: its template cannot be filled (%s)", paper_id, refusal.code)
    _keep(wiring, paper, made)


def _dressed_letter(paper: Paper, facts: PaperFacts, template: bytes) -> bytes:
    """The letter by the organisation's template, else by ours: a letter always has its file."""
    try:
        return docx(facts, template)
    except Busy:
        raise
    except FileRefused as refusal:
        log.warning("paper %s: its template cannot be filled (%s)", paper.id, refusal.code)
        return docx(facts, our_template(facts.kind))


def _template(work: Work, store: Store, paper: Paper) -> bytes:
    """The template named when the paper was issued."""
    if paper.template_id is None:
        return our_template(PaperKind(paper.kind))
    row = organisation_templates.of_paper(work, paper.organisation_id, paper.template_id)
    return b"".join(organisation_templates.content(work, row, store))


def _keep(wiring: Wiring, paper: Paper, made: dict[PaperFormat, bytes]) -> None:
    stored = [_stored(wiring.store, form, content) for form, content in made.items()]
    left = stored
    try:
        with writing(wiring.engine, wiring.clock, wiring.rings) as work:
            unwanted = kept_files.keep_drawn(work, paper, stored)
        left = unwanted
    finally:
        for one in left:
            wiring.store.delete(one.object_name)


def _stored(store: Store, form: PaperFormat, content: bytes) -> Drawn:
    name, key = new_object_name(), new_file_key()
    with store.writer(name) as target:
        writer = SealingWriter(target, key)
        writer.write(content)
        sealed = writer.finish()
    return Drawn(form, name, key, sealed)
