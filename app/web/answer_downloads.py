"""The files of an answer: receipts and payloads to keep, photographs, documents to read."""

from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from app import answer_files, receipts
from app.deps import reading
from app.rendering.receipts import receipt_pdf
from app.routing import page_router
from app.web.downloads import pdf_file
from sad.attachments.names import disposition
from sad.kernel.errors import NotFound
from sad.markets import suppliers
from sad.offers import files, queries
from sad.offers.register import DepositRow

router = page_router("/reponse/{market_id}")


@router.get("/accuses/{deposit_id}/accuse.json")
def receipt_file(request: Request, market_id: UUID, deposit_id: UUID) -> Response:
    """The receipt to keep: its exact bytes, its signature, its proof once sealed."""
    deposit, file = _receipt(request, market_id, deposit_id)
    return _download(f"{deposit.number}.json", file)


@router.get("/accuses/{deposit_id}/accuse.pdf")
def receipt_paper(request: Request, market_id: UUID, deposit_id: UUID) -> Response:
    """The receipt as a paper that carries that file."""
    deposit, file = _receipt(request, market_id, deposit_id)
    return pdf_file(receipt_pdf(file), f"{deposit.number}.pdf")


@router.get("/accuses/{deposit_id}/reponse.json")
def payload(request: Request, market_id: UUID, deposit_id: UUID) -> Response:
    """The grid as sent: the very bytes that the receipt hashes."""
    with reading(request) as work:
        content = queries.own_payload(work, market_id, deposit_id)
    return _download("reponse.json", content)


@router.post("/fichiers")
async def upload(request: Request, market_id: UUID, ligne: int | None = None) -> Response:
    """A file of a line or of the whole answer: the body is the file, its name in a header."""
    file = await answer_files.receive(request, market_id, ligne)
    return JSONResponse({"id": file.id, "name": file.name, "size": file.size}, status_code=201)


@router.get("/fichiers/{file_id}")
def download(request: Request, market_id: UUID, file_id: UUID) -> Response:
    """One's own file, decrypted as it goes."""
    with reading(request) as work:
        file = files.file_of(work, market_id, file_id)
    return answer_files.serve(
        request, file.name, file.media_type, file.object, bytes.fromhex(file.key)
    )


@router.get("/documents/{document_id}")
def document(request: Request, market_id: UUID, document_id: UUID) -> Response:
    """A document of the price request."""
    with reading(request) as work:
        market = suppliers.for_supplier(work, market_id)
        found = next((one for one in market.documents if one.id == document_id), None)
        if found is None:
            raise NotFound()
    return answer_files.serve(
        request, found.name, found.media_type, found.object_name, found.file_key
    )


def _receipt(request: Request, market_id: UUID, deposit_id: UUID) -> tuple[DepositRow, bytes]:
    with reading(request) as work:
        deposit = queries.own_receipt(work, market_id, deposit_id)
        return deposit, receipts.of_deposit(work, deposit)


def _download(name: str, content: bytes) -> Response:
    return Response(
        content, media_type="application/json", headers={"content-disposition": disposition(name)}
    )
