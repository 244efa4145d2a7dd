"""The logo an organisation's pages show: put, taken away, read by anybody who reads its pages."""

import hashlib
from uuid import UUID

from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Logo, Organisation
from sad.audit.chains import organisation_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import NotFound

MARK = 16
"""Hexadecimal digits of the image's SHA-256 in its address: another image, another address."""


def logo_address(organisation_id: UUID, mark: str | None) -> str | None:
    """Where its pages read it; None without one."""
    return None if mark is None else f"/logo/{organisation_id}/{mark}"


def put_logo(work: Work, image: bytes) -> None:
    """Shows this image, a JPEG without metadata, in place of any other."""
    require(work, Permission.MANAGE_ORGANISATION)
    organisation = work.shared(Organisation, work.organisation_id, lock=True)
    sha256 = hashlib.sha256(image).hexdigest()
    row = work.session.get(Logo, organisation.id)
    if row is None:
        row = Logo(organisation_id=organisation.id, image=image, put_at=work.now)
    row.image, row.put_at = image, work.now
    organisation.logo = sha256[:MARK]
    work.session.add_all([organisation, row])
    chain = organisation_chain(organisation.id)
    record(work, chain, "organisation.logo_put", organisation.id, after={"sha256": sha256})


def remove_logo(work: Work) -> None:
    """Shows none; nothing happens when there is none."""
    require(work, Permission.MANAGE_ORGANISATION)
    organisation = work.shared(Organisation, work.organisation_id, lock=True)
    row = work.session.get(Logo, organisation.id)
    if row is None:
        return
    organisation.logo = None
    work.session.add(organisation)
    work.session.delete(row)
    record(work, organisation_chain(organisation.id), "organisation.logo_removed", organisation.id)


def logo(work: Work, organisation_id: UUID, mark: str) -> bytes:
    """The image of this mark; NotFound once another took its place."""
    row = work.session.get(Logo, organisation_id)
    if row is None or work.shared(Organisation, organisation_id).logo != mark:
        raise NotFound()
    return row.image
