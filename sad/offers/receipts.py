"""The receipts of answers are those of `sad/audit/receipts.py`, which candidatures share."""

from sad.audit.receipts import (
    FORMAT,
    Consultation,
    Document,
    Party,
    Receipt,
    Receipted,
    ReceiptUnreadable,
    SignedReceipt,
    Verdict,
    sign_receipt,
    verify_receipt,
)

__all__ = [
    "FORMAT",
    "Consultation",
    "Document",
    "Party",
    "Receipt",
    "ReceiptUnreadable",
    "Receipted",
    "SignedReceipt",
    "Verdict",
    "sign_receipt",
    "verify_receipt",
]
