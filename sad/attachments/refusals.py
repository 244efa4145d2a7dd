"""Files that are not taken, each reason with its own sentence (trust 7)."""

from sad.kernel.errors import Invalid, Refusal

ACCEPTED = ("PDF", "JPEG", "PNG", "WebP", "XLSX", "ODS", "DOCX", "ODT", "CSV", "TXT")
"""Words of the accepted kinds, in the order they are announced."""


class FileRefused(Invalid):
    """A file that is not taken; the fact `accepted` lists what is."""

    code = "attachments.refused"

    def __init__(self, **facts: object) -> None:
        super().__init__(where="file", accepted=list(ACCEPTED), **facts)


class TypeUnknown(FileRefused):
    """The name has no extension, or one outside the list: fact `extension`."""

    code = "attachments.type_unknown"


class ContentMismatch(FileRefused):
    """The content is not what the name says: fact `expected`, a word of ACCEPTED."""

    code = "attachments.content_mismatch"


class HeicRefused(FileRefused):
    """A telephone's HEIC photograph: it can be converted by its owner, not safely by us."""

    code = "attachments.heic"


class ArchiveRefused(FileRefused):
    """A zip, rar, 7z… whose content nobody could check."""

    code = "attachments.archive"


class MacrosRefused(FileRefused):
    """An office document that carries programs."""

    code = "attachments.macros"


class OldFormatRefused(FileRefused):
    """A document of before 2007, or a recent one under a password: both look alike."""

    code = "attachments.old_format"


class ProtectedRefused(FileRefused):
    """A document under a password."""

    code = "attachments.protected"


class EncodingRefused(FileRefused):
    """A text in UTF-16, which spreadsheets call « Unicode »."""

    code = "attachments.encoding"


class FileEmpty(FileRefused):
    """Not one byte."""

    code = "attachments.empty"


class FileTooLarge(FileRefused):
    """More bytes than its kind may have: fact `most`, in megabytes (« Mo »)."""

    code = "attachments.too_large"
    status = 413


class ImageTooLarge(FileRefused):
    """More than MOST_PIXELS: fact `most`, in millions of pixels."""

    code = "attachments.too_many_pixels"


class ZipUnreadable(Refusal):
    """Not a zip file that all programs read alike: damaged, cut, disguised or oversized inside."""

    code = "attachments.zip_unreadable"
    status = 422


class NoRoom(Refusal):
    """All the files together would pass their limit: fact `most`, in megabytes (« Mo »)."""

    code = "attachments.no_room"
    status = 413


class UploadCut(FileRefused):
    """Fewer or more bytes came than the request announced."""

    code = "attachments.cut"


class Infected(FileRefused):
    """The antivirus found something: facts `name`, `malware` (the signature) and `sha256`."""

    code = "attachments.infected"
