"""A form read as it streams: fields first, files in blocks, nothing spooled, nothing half read."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.multipart import FileTooBig, FormUnreadable, MultipartBody

BODY = (
    b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\njeton\r\n'
    b'--b\r\nContent-Disposition: form-data; name="1.note"\r\n\r\nBois \xc3\xa0 vernir\r\n'
    b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="photo \xc3\xa9t\xc3\xa9.jpg"'
    b"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8 octets \r\n--bx pas la fin\r\n"
    b'--b\r\nContent-Disposition: form-data; name="fichier"; filename=""\r\n\r\n\r\n'
    b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="b.pdf"\r\n\r\n%PDF\r\n'
    b"--b--\r\n"
)


def body(content: bytes, size: int = 7, boundary: str = "b") -> MultipartBody:
    async def blocks() -> AsyncIterator[bytes]:
        for at in range(0, len(content), size):
            yield content[at : at + size]

    return MultipartBody(f"multipart/form-data; boundary={boundary}", blocks())


async def read(form: MultipartBody) -> tuple[list[tuple[str, str]], list[tuple[str, bytes]]]:
    fields, files = await form.fields(), []
    while (file := await form.next_file()) is not None:
        files.append((file.filename, b"".join([block async for block in form.blocks()])))
    return fields, files


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_fields_then_files_whatever_the_blocks(size: int) -> None:
    fields, files = asyncio.run(read(body(BODY, size)))
    assert fields == [("csrf_token", "jeton"), ("1.note", "Bois à vernir")]
    assert files == [
        ("photo été.jpg", b"\xff\xd8 octets \r\n--bx pas la fin"),
        ("b.pdf", b"%PDF"),
    ]


def test_a_file_not_read_is_skipped() -> None:
    async def names() -> list[str]:
        form, found = body(BODY), []
        await form.fields()
        while (file := await form.next_file()) is not None:
            found.append(file.filename)
        return found

    assert asyncio.run(names()) == ["photo été.jpg", "b.pdf"]


@pytest.mark.parametrize(
    "content",
    [BODY[:80], BODY[:300], BODY[:-6], b"", b"pas un formulaire", b"--c\r\n\r\n--c--"],
)
def test_a_form_cut_or_of_another_shape_is_refused(content: bytes) -> None:
    with pytest.raises(FormUnreadable):
        asyncio.run(read(body(content)))


def test_a_content_type_without_boundary_is_refused() -> None:
    with pytest.raises(FormUnreadable):
        asyncio.run(read(body(BODY, boundary="")))


def test_fields_are_bounded() -> None:
    field = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"y" * 3_000_000
    with pytest.raises(FormUnreadable):
        asyncio.run(read(body(field + b"\r\n--b--\r\n", 65_536)))
    many = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' * 5_001
    with pytest.raises(FormUnreadable):
        asyncio.run(read(body(many + b"--b--\r\n", 65_536)))


def test_a_small_file_is_read_whole_within_its_bound() -> None:
    async def first(most: int) -> bytes:
        form = body(BODY)
        await form.fields()
        await form.next_file()
        return await form.whole(most)

    assert asyncio.run(first(100)).startswith(b"\xff\xd8")
    with pytest.raises(FileTooBig):
        asyncio.run(first(5))
