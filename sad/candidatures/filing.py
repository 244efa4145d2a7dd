"""What is sent with a candidature: the supplier's file as it is that day, hashed and kept."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sad.accounts.tables import Organisation
from sad.audit.receipts import Consultation, Document, Party, Receipt, Receipted
from sad.audit.seals import make_proof
from sad.candidatures.declaration import as_sworn
from sad.candidatures.tables import Applicant, Candidature, GroupMember
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.canonical import canonical
from sad.suppliers import papers
from sad.suppliers.schemas import PaperView, SupplierView
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem

FORMAT = "sad-candidature-v1"
FILE = "candidature.json"


def members_of(work: Work, applicant: Applicant) -> list[GroupMember]:
    """The members of a group, mandataire first; none for a supplier alone."""
    query = (
        select(GroupMember)
        .where(
            col(GroupMember.organisation_id) == applicant.organisation_id,
            col(GroupMember.applicant_id) == applicant.id,
        )
        .order_by(col(GroupMember.mandataire).desc(), col(GroupMember.id))
    )
    return list(work.session.exec(query))


def paper_lines(work: Work, supplier: Supplier) -> list[dict[str, object]]:
    """The papers in the file: what each is, its hash, its expiry."""
    return [
        {
            "id": str(paper.id),
            "kind": paper.kind.value,
            "name": paper.name,
            "size": paper.size or 0,
            "sha256": paper.sha256 or "",
            "expires_on": str(paper.expires_on or ""),
        }
        for paper in papers.kept(work, supplier.id)
    ]


def snapshot(work: Work, candidature: Candidature) -> dict[str, Any]:
    """The whole candidature as canonical JSON values, taken now."""
    applicant = work.get_in(Applicant, candidature.organisation_id, candidature.applicant_id)
    supplier = work.shared(Supplier, applicant.supplier_id)
    system = work.get_in(PurchasingSystem, candidature.organisation_id, candidature.system_id)
    category = work.get_in(Category, candidature.organisation_id, candidature.category_id)
    return {
        "format": FORMAT,
        "system": {"number": system.number, "title": system.title},
        "category": {"code": category.code, "name": category.name},
        "supplier": SupplierView.model_validate(supplier).model_dump(
            mode="json", exclude={"id", "paused_at", "version"}
        ),
        "group": {
            "form": applicant.form,
            "members": [
                {"siret": m.siret, "name": m.name, "mandataire": m.mandataire}
                for m in members_of(work, applicant)
            ],
        },
        "capacity": candidature.capacity,
        "declaration": as_sworn()
        | {
            "name": candidature.declarant_name,
            "function": candidature.declarant_function,
            "reserve": candidature.reserve,
        },
        "papers": paper_lines(work, supplier),
        "documents": _documents(category, candidature, papers.kept(work, supplier.id)),
    }


def _documents(
    category: Category, candidature: Candidature, kept: list[PaperView]
) -> list[dict[str, str]]:
    """Which paper is each document the category demands."""
    by_name, chosen = {paper.name: paper for paper in kept}, candidature.documents or {}
    return [
        {
            "name": document,
            "paper": str(by_name[document].id) if document in by_name else chosen[document],
        }
        for document in category.required_documents
        if document in by_name or document in chosen
    ]


def payload_of(snapshot: dict[str, Any]) -> bytes:
    """The exact bytes that are hashed, signed and kept."""
    return canonical(snapshot)


def receipt_for(
    work: Work,
    candidature: Candidature,
    number: str,
    chain: str,
    seq: int,
    previous: bytes,
) -> Receipt:
    """The receipt of a candidature, before its signature. There is no deadline (CAND-02)."""
    organisation = work.shared(Organisation, candidature.organisation_id)
    applicant = work.get_in(Applicant, candidature.organisation_id, candidature.applicant_id)
    supplier = work.shared(Supplier, applicant.supplier_id)
    system = work.get_in(PurchasingSystem, candidature.organisation_id, candidature.system_id)
    category = work.get_in(Category, candidature.organisation_id, candidature.category_id)
    payload = candidature.payload or b""
    digest = hashlib.sha256(payload).hexdigest()
    documents = [Document(FILE, len(payload), digest, digest)]
    for paper in paper_lines(work, supplier):
        sha256, size = str(paper["sha256"]), paper["size"]
        documents.append(
            Document(str(paper["name"]), size if isinstance(size, int) else 0, sha256, sha256)
        )
    return Receipt(
        number=number,
        act=Receipted.CANDIDATURE,
        buyer=Party(organisation.name, organisation.siret),
        operator=Party(supplier.name, supplier.siret),
        consultation=Consultation(
            f"{system.number}/{category.code}", system.title, category.name, 1
        ),
        received_at=received_at(work),
        deadline=None,
        in_time=True,
        documents=documents,
        replaces=None,
        chain=chain,
        seq=seq,
        previous=previous,
    )


def receipt_file(work: Work, candidature: Candidature) -> str:
    """The signed receipt to keep, with its proof once a seal covers it; empty before it is sent.

    Give it to the candidature's supplier and to its buyer only: the proof tells the chain's events.
    """
    if candidature.receipt is None:
        return ""
    kept = json.loads(candidature.receipt)
    said = json.loads(kept["receipt"])
    proof = make_proof(work.session.connection(), said["chain"], said["seq"])
    return json.dumps(kept | {"proof": proof}, ensure_ascii=False)


def received_at(work: Work) -> datetime:
    """The instant that counts: the last byte of the request, else now."""
    received: datetime = work.notes.get("received_at", work.now)
    return received
