"""Why a file is refused before it is understood; the sentences are in the catalogue."""

from typing import ClassVar

from sad.kernel.errors import Invalid


class FileRefused(Invalid):
    """A file that cannot be taken in."""

    code: ClassVar[str] = "guard.unreadable"


class Unreadable(FileRefused):
    """Damaged, or not shaped as its format says."""


class FileTooLarge(FileRefused):
    """More bytes than announced. Fact: `most`, in mebibytes."""

    code = "guard.too_large"


class FileEmpty(FileRefused):
    """Nothing in it."""

    code = "guard.empty"


class WrongName(FileRefused):
    """The extension is not one that is read, or not the content's."""

    code = "guard.wrong_name"


class NotASpreadsheet(FileRefused):
    """Another kind of file."""

    code = "guard.not_a_spreadsheet"


class NotAnImage(FileRefused):
    """Not a JPEG, PNG or WebP that can be decoded, or one of too many pixels."""

    code = "guard.not_an_image"


class OldFormat(FileRefused):
    """A workbook of before 2007 (`.xls`)."""

    code = "guard.old_format"


class Encrypted(FileRefused):
    """Protected by a password."""

    code = "guard.encrypted"


class Macro(FileRefused):
    """Holds a program."""

    code = "guard.macro"


class OutsideLink(FileRefused):
    """Takes something from another file, a connection or an embedded object."""

    code = "guard.outside"


class FormulaCallsOut(FileRefused):
    """A formula reaches the network, a program or another file. Facts: `sheet`, `cell`."""

    code = "guard.formula_calls_out"


class ZipBomb(FileRefused):
    """Unpacks to far more than it weighs, or to too many parts."""

    code = "guard.zip_bomb"


class Doctype(FileRefused):
    """An XML part declares a document type or entities: no spreadsheet program does."""

    code = "guard.doctype"


class TooManyRows(FileRefused):
    """Something is written below the last row read. Facts: `sheet`, `row`, `most`."""

    code = "guard.too_many_rows"


class TooManyColumns(FileRefused):
    """Something is written right of the last column read. Facts: `sheet`, `most`."""

    code = "guard.too_many_columns"


class TooMuchText(FileRefused):
    """More content than a grid may hold."""

    code = "guard.too_much_text"


class TooLong(FileRefused):
    """Not read within the time allowed."""

    code = "guard.too_long"


class NotADocument(FileRefused):
    """Not a word-processor document."""

    code = "guard.not_a_document"


class TemplateUnreadable(FileRefused):
    """A document that is damaged, or that no word processor would make."""

    code = "guard.template_unreadable"


class TemplateProgram(FileRefused):
    """A document that holds a program."""

    code = "guard.template_macro"


class TemplateOutside(FileRefused):
    """A document that takes something from another file, or carries one."""

    code = "guard.template_outside"


class TemplateTooLong(FileRefused):
    """A template not filled within the time or the memory allowed."""

    code = "guard.template_too_long"


class TemplateSyntax(FileRefused):
    """A tag that is not closed or not written as it must. Facts: `near`, `part`."""

    code = "guard.template_syntax"


class TemplateForbidden(FileRefused):
    """A tag that does more than name a field. Facts: `near`, `part`."""

    code = "guard.template_forbidden"


class TemplateUnknown(FileRefused):
    """Fields that this paper does not have. Facts: `fields`, `near`."""

    code = "guard.template_unknown"


class Busy(FileRefused):
    """Two files are being read already, and stay so."""

    code = "guard.busy"
    status = 503


REFUSALS: dict[str, type[FileRefused]] = {
    "unreadable": Unreadable,
    "too_large": FileTooLarge,
    "empty": FileEmpty,
    "wrong_name": WrongName,
    "not_a_spreadsheet": NotASpreadsheet,
    "not_an_image": NotAnImage,
    "too_many_pixels": NotAnImage,
    "old_format": OldFormat,
    "encrypted": Encrypted,
    "macro": Macro,
    "outside": OutsideLink,
    "formula_calls_out": FormulaCallsOut,
    "zip_bomb": ZipBomb,
    "zip_entries": ZipBomb,
    "doctype": Doctype,
    "too_many_rows": TooManyRows,
    "too_many_columns": TooManyColumns,
    "too_much_text": TooMuchText,
    "too_long": TooLong,
    "not_a_document": NotADocument,
    "template_syntax": TemplateSyntax,
    "template_forbidden": TemplateForbidden,
    "template_unknown": TemplateUnknown,
}
# What the same faults are called where a document is read, and not a spreadsheet.
OF_TEMPLATES: dict[str, type[FileRefused]] = {
    **REFUSALS,
    "unreadable": TemplateUnreadable,
    "not_a_spreadsheet": NotADocument,
    "doctype": TemplateUnreadable,
    "encrypted": TemplateUnreadable,
    "macro": TemplateProgram,
    "outside": TemplateOutside,
    "too_long": TemplateTooLong,
    "too_much_text": TemplateTooLong,
}
