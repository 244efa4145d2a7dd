"""The organisation's own word-processor templates: one serves a kind, the former ones are kept."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.attachments.store import Store
from sad.attachments.streaming import decrypt
from sad.audit.chains import organisation_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.kernel.ids import random_id
from sad.kernel.vault import open_bytes, seal_bytes
from sad.papers.rights import TEMPLATES_KEPT_BY
from sad.papers.states import PaperKind
from sad.papers.tables import PaperTemplate
from sad.suppliers.papers import KeptFile


def put_template(
    work: Work, kind: PaperKind, file: KeptFile, missing: Iterable[str]
) -> PaperTemplate:
    """The template of this kind from now on; papers already issued do not change.

    `file`: already checked and stored; `missing`: the important fields it does not name.
    """
    require(work, TEMPLATES_KEPT_BY)
    old = live_template(work, kind, lock=True)
    if old is not None:
        old.withdrawn_at, old.withdrawn_by = work.now, work.actor.person_id
        work.add(old)
    id_ = random_id()
    row = work.add(
        PaperTemplate(
            organisation_id=work.organisation_id,
            id=id_,
            kind=kind,
            name=file.received.name,
            size=file.received.size,
            sha256=file.received.sha256,
            object_name=file.object_name,
            file_key=seal_bytes(work.rings, _context(id_), file.key),
            missing=list(missing),
            put_at=work.now,
            put_by=work.actor.person_id,
        )
    )
    _record(work, row, "paper_template.put")
    return row


def withdraw_template(work: Work, kind: PaperKind) -> None:
    """Goes back to ours for this kind. Raises NotFound when ours already serves."""
    require(work, TEMPLATES_KEPT_BY)
    row = live_template(work, kind, lock=True)
    if row is None:
        raise NotFound()
    row.withdrawn_at, row.withdrawn_by = work.now, work.actor.person_id
    work.add(row)
    _record(work, row, "paper_template.withdrawn")


def live_template(work: Work, kind: PaperKind, *, lock: bool = False) -> PaperTemplate | None:
    """The template of a kind in the agent's organisation; None when ours serves."""
    return template_in(work, work.organisation_id, kind, lock=lock)


def template_in(
    work: Work, organisation_id: UUID, kind: PaperKind, *, lock: bool = False
) -> PaperTemplate | None:
    """The same in a named organisation, for the engine's own acts."""
    query = select(PaperTemplate).where(
        col(PaperTemplate.organisation_id) == organisation_id,
        col(PaperTemplate.kind) == kind,
        col(PaperTemplate.withdrawn_at).is_(None),
    )
    return work.session.exec(query.with_for_update() if lock else query).one_or_none()


def live_templates(work: Work) -> dict[PaperKind, PaperTemplate]:
    """Every template of the organisation that serves, by kind."""
    require(work, Permission.READ_FILE)
    query = select(PaperTemplate).where(
        col(PaperTemplate.organisation_id) == work.organisation_id,
        col(PaperTemplate.withdrawn_at).is_(None),
    )
    return {PaperKind(row.kind): row for row in work.session.exec(query.order_by("kind", "id"))}


def content(work: Work, row: PaperTemplate, store: Store) -> Iterator[bytes]:
    """The bytes of a template, as they were sent."""
    key = open_bytes(work.rings, _context(row.id), row.file_key)
    return decrypt(store.read(row.object_name), key)


def of_paper(work: Work, organisation_id: UUID, template_id: UUID) -> PaperTemplate:
    """The template that a paper named when it was issued, even withdrawn since."""
    return work.get_in(PaperTemplate, organisation_id, template_id)


def _record(work: Work, row: PaperTemplate, action: str) -> None:
    chain = organisation_chain(row.organisation_id)
    after = {"paper": row.kind, "sha256": row.sha256}
    record(work, chain, action, row.id, after=after, details={"name": row.name})


def _context(template_id: UUID) -> str:
    return f"paper_template:{template_id}"
