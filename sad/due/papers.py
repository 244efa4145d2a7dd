"""Papers kept ready that end soon (P8): their supplier is told once, 30 days before."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from sad.db.work import Work
from sad.notifications.service import notify
from sad.suppliers.rules import EXPIRY_DAYS, ending
from sad.suppliers.tables import SupplierPaper


def tell_expiring(work: Work) -> int:
    """One message a supplier for all its papers that end soon; how many suppliers were told."""
    query = (
        select(SupplierPaper)
        .where(
            col(SupplierPaper.removed_at).is_(None),
            col(SupplierPaper.expiry_told_at).is_(None),
            col(SupplierPaper.expires_on) >= work.today,
            col(SupplierPaper.expires_on) <= work.today + timedelta(days=EXPIRY_DAYS),
        )
        .order_by(col(SupplierPaper.supplier_id), col(SupplierPaper.expires_on))
        .with_for_update(skip_locked=True)
    )
    found: dict[UUID, list[SupplierPaper]] = {}
    for paper in work.session.exec(query).all():
        if ending(paper.expires_on, work.today):
            paper.expiry_told_at = work.now
            work.session.add(paper)
            found.setdefault(paper.supplier_id, []).append(paper)
    for supplier_id, papers in found.items():
        _tell(work, supplier_id, papers)
    return len(found)


def _tell(work: Work, supplier_id: UUID, papers: list[SupplierPaper]) -> None:
    notify(
        work,
        "suppliers.papers_ending",
        suppliers=[supplier_id],
        facts={
            "papers": [
                {"kind": paper.kind, "name": paper.name, "expires_on": str(paper.expires_on)}
                for paper in papers
            ]
        },
        link="/mon-dossier#pieces",
    )
