"""An object sent to S3 as its bytes come, and S3's failures turned into refusals."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from minio import Minio
from minio.datatypes import Part
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from sad.attachments.store import ObjectMissing, StorageUnavailable

PART = 5 * 1024 * 1024
"""Bytes of a part: the least S3 allows, so 50 GB at most for an object."""
Headers = dict[str, str | list[str] | tuple[str]]
_MISSING = {"NoSuchKey", "NoSuchObject", "NoSuchVersion"}


@contextmanager
def speaking(name: str = "") -> Iterator[None]:
    """Turns the server's and the network's errors into refusals."""
    try:
        yield
    except S3Error as error:
        if error.code in _MISSING:
            raise ObjectMissing(name=name) from None
        raise StorageUnavailable(reason=error.code or "") from error
    except (MinioException, HTTPError, OSError) as error:
        raise StorageUnavailable(reason=type(error).__name__) from error


class PartsWriter:
    """Sends an object in parts; one that fits in a part goes in a single request."""

    def __init__(self, client: Minio, bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._held = bytearray()
        self._upload = ""
        self._parts: list[Part] = []

    def write(self, block: bytes) -> None:
        self._held += block
        while len(self._held) > PART:
            with speaking():
                self._send(bytes(self._held[:PART]))
            del self._held[:PART]

    # The SDK's public call pulls from a file object; a request body is pushed to us.
    def _send(self, part: bytes) -> None:
        if not self._upload:
            headers: Headers = {"Content-Type": "application/octet-stream"}
            self._upload = self._client._create_multipart_upload(  # noqa: SLF001 - no public push
                self._bucket, self._key, headers
            )
        number = len(self._parts) + 1
        etag = self._client._upload_part(  # noqa: SLF001 - no public push
            self._bucket, self._key, part, None, self._upload, number
        )
        self._parts.append(Part(number, etag))

    def complete(self) -> None:
        """The object appears."""
        with speaking():
            if not self._upload:
                body = io.BytesIO(self._held)
                self._client.put_object(self._bucket, self._key, body, len(self._held))
                return
            self._send(bytes(self._held))
            self._client._complete_multipart_upload(  # noqa: SLF001 - no public push
                self._bucket, self._key, self._upload, self._parts
            )

    def abort(self) -> None:
        """Nothing is left; if the server is away, `discard_cut` will do it later."""
        if self._upload:
            with suppress(MinioException, HTTPError, OSError):
                self._client._abort_multipart_upload(  # noqa: SLF001 - no public push
                    self._bucket, self._key, self._upload
                )
