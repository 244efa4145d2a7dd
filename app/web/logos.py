"""The organisation's logo: chosen among the settings, shown at the top of its pages."""

from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from app.deps import reading, redirect, writing
from app.guard.client import smaller_copies
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable
from app.web.pages import errors_of
from app.web.settings_pages import organisation_page
from sad.accounts import logos
from sad.accounts.permissions import Permission, require
from sad.kernel.errors import Invalid, Refusal

router = page_router()

MOST_BYTES = 5_000_000
PAGE = "/parametres/organisation"


class LogoMissing(Invalid):
    """No image was chosen."""

    code = "accounts.logo_missing"


class LogoTooLarge(Invalid):
    """More bytes than a logo needs. Fact: `most`, in millions of bytes."""

    code = "accounts.logo_too_large"


@router.post(PAGE + "/logo")
def put(request: Request, form: FormBody) -> Response:
    """Keeps a smaller copy of the image, without its metadata, on white."""
    upload = form.get("logo")
    try:
        with reading(request) as work:
            require(work, Permission.MANAGE_ORGANISATION)
        image = smaller_copies(_bytes(upload))[-1].content
        with writing(request) as work:
            logos.put_logo(work, image)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        said = " ".join(errors_of(refusal).values())
        return organisation_page(request, refusal.status, {"logo": said})
    finally:
        if isinstance(upload, UploadFile):
            upload.file.close()
    return redirect(f"{PAGE}?fait=1")


@router.post(PAGE + "/logo/retirer")
def remove(request: Request) -> Response:
    """Takes it away."""
    with writing(request) as work:
        logos.remove_logo(work)
    return redirect(f"{PAGE}?fait=1")


@router.get("/logo/{organisation_id}/{mark}")
def show(request: Request, organisation_id: UUID, mark: str) -> Response:
    """The image; its address changes with it, so a browser keeps it a year."""
    with reading(request) as work:
        image = logos.logo(work, organisation_id, mark)
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(image, media_type="image/jpeg", headers=kept)


def _bytes(upload: object) -> bytes:
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise LogoMissing(where="logo")
    data = upload.file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise LogoTooLarge(where="logo", most=MOST_BYTES // 1_000_000)
    return data
