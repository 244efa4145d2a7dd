"""What an answer and an offer can be."""

from enum import StrEnum


class DepositKind(StrEnum):
    """An acknowledged act on an answer; the words of the receipts."""

    OFFER = "offer"
    REPLACEMENT = "replacement"
    WITHDRAWAL = "withdrawal"
    LATE = "late"  # received after the deadline, set aside (OFF-01)


class Standing(StrEnum):
    """Where a supplier's own answer stands, for that supplier alone before the opening."""

    NOTHING = "nothing"
    DRAFT = "draft"
    SENT = "sent"
    CHANGED = "changed"  # sent, and a draft differs from it: the one sent stays valid
    WITHDRAWN = "withdrawn"


class OfferState(StrEnum):
    """What the opening found."""

    OPENED = "opened"
    UNREADABLE = "unreadable"  # bytes kept; the backup copy may be opened (OFF-07)


class OpeningAnomaly(StrEnum):
    """What an opening names in its minutes: something altered or unreadable."""

    CLOCK_DOUBT = "clock_doubt"
    PUBLIC_KEY_ALTERED = "public_key_altered"
    PRIVATE_KEY_UNREADABLE = "private_key_unreadable"
    PLI_UNREADABLE = "pli_unreadable"
    SLOT_UNREADABLE = "slot_unreadable"
    SLOT_ROLLED_BACK = "slot_rolled_back"
    RECEIPT_ALTERED = "receipt_altered"
    DEPOSIT_MISSING = "deposit_missing"
