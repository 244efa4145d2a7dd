"""The files of a receipt that a supplier keeps: signed JSON, and the PDF that carries it."""

from app.rendering.receipts import receipt_file
from sad.audit.seals import make_proof
from sad.db.work import Work
from sad.offers.register import DepositRow


def of_deposit(work: Work, deposit: DepositRow) -> bytes:
    """The receipt of an act on an offer, with its proof once a seal covers it."""
    if deposit.signed is None:
        return b"{}"
    chain = str(deposit.receipt["chain"])
    proof = make_proof(work.session.connection(), chain, deposit.seq)
    return receipt_file(deposit.signed.file(proof))
