"""Files on an S3 server (MinIO API: silo, Ceph RADOS Gateway, a public cloud).

Two buckets: the one of STORAGE_URL for files, all under one prefix; beside it `…-scelles`, made
with object lock, for the journal's seals. An upload is cut into parts that only become an object
when the last one is in; at most two parts are in memory.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import certifi
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.datatypes import Object
from minio.error import MinioException, S3Error
from minio.retention import Retention
from urllib3.exceptions import HTTPError

from sad.attachments.names import disposition
from sad.attachments.store import (
    BLOCK,
    ObjectMissing,
    ObjectWriter,
    SealExists,
    StorageUnavailable,
    StoredObject,
    check_object_name,
    check_seal_name,
    new_object_name,
)
from sad.kernel.errors import Refusal
from storage.parts import Headers, PartsWriter, speaking

PREFIX = "objects/"
SEALS_SUFFIX = "-scelles"
_WRONG_KEYS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidAccessKey"}


class KeysRefused(Refusal):
    """The server does not know the access key or refuses the secret; fact `host`."""

    code = "storage.keys_refused"


class BucketUnusable(Refusal):
    """A bucket cannot be made, read or written with these keys; facts `bucket` and `reason`."""

    code = "storage.bucket_unusable"


class SealsNotLocked(Refusal):
    """The bucket of seals exists without object lock; fact `bucket`."""

    code = "storage.seals_not_locked"


class ServerUnreachable(Refusal):
    """Nothing answers as S3 at that address; facts `host` and `reason`."""

    code = "storage.server_unreachable"
    status = 503


class S3Store:
    """Implements `sad.attachments.store.Store` on an S3 server."""

    def __init__(
        self, host: str, bucket: str, key: str, secret: str, *, secure: bool, region: str
    ) -> None:
        """Makes the buckets if they are absent, and writes and removes one object to be sure.

        Raises KeysRefused, BucketUnusable, SealsNotLocked or ServerUnreachable.
        """
        self._bucket, self._seals = bucket, bucket + SEALS_SUFFIX
        self._client = Minio(
            host, key, secret, secure=secure, region=region, http_client=_connections(secure)
        )
        try:
            self._prepare(bucket)
            self._prepare(self._seals, locked=True)
            self._try_out()
        except S3Error as error:
            reason = self._said(error)
            if reason in _WRONG_KEYS:
                raise KeysRefused("STORAGE_URL", host=host) from error
            used = error.bucket_name or bucket
            raise BucketUnusable("STORAGE_URL", bucket=used, reason=reason) from error
        except (MinioException, HTTPError, OSError) as error:
            reason = type(error).__name__
            raise ServerUnreachable("STORAGE_URL", host=host, reason=reason) from error

    def _prepare(self, bucket: str, *, locked: bool = False) -> None:
        if not self._client.bucket_exists(bucket):
            try:
                self._client.make_bucket(bucket, object_lock=locked)
            except S3Error as error:  # another process of ours was quicker
                if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                    raise
        if locked:
            try:
                self._client.get_object_lock_config(bucket)
            except S3Error as error:
                if error.code != "ObjectLockConfigurationNotFoundError":
                    raise
                raise SealsNotLocked("STORAGE_URL", bucket=bucket) from error

    def _said(self, error: S3Error) -> str:
        """The error's code; a HEAD answers 403 for wrong keys as for missing rights, a GET says."""
        if error.code == "AccessDenied":
            try:
                self._client.list_buckets()
            except S3Error as second:
                return second.code or ""
        return error.code or ""

    def _try_out(self) -> None:
        key = PREFIX + new_object_name()
        self._client.put_object(self._bucket, key, io.BytesIO(), 0)
        self._client.remove_object(self._bucket, key)

    @contextmanager
    def writer(self, name: str) -> Iterator[ObjectWriter]:
        """See `Store.writer`."""
        target = PartsWriter(self._client, self._bucket, PREFIX + check_object_name(name))
        try:
            yield target
            target.complete()
        except BaseException:
            target.abort()
            raise

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See `Store.read`."""
        key = PREFIX + check_object_name(name)
        left = self.size(name) - start
        return self._blocks(key, name, start, left if length is None else min(length, left))

    def _blocks(self, key: str, name: str, start: int, length: int) -> Iterator[bytes]:
        if length <= 0:
            return
        with speaking(name):
            response = self._client.get_object(self._bucket, key, start, length)
        try:
            while length > 0:
                with speaking(name):
                    block = response.read(min(BLOCK, length))
                if not block:
                    raise StorageUnavailable(reason="cut")
                length -= len(block)
                yield block
        finally:
            response.close()
            response.release_conn()

    def size(self, name: str) -> int:
        """See `Store.size`."""
        with speaking(name):
            status = self._client.stat_object(self._bucket, PREFIX + check_object_name(name))
        return status.size or 0

    def exists(self, name: str) -> bool:
        """See `Store.exists`."""
        try:
            self.size(name)
        except ObjectMissing:
            return False
        return True

    def delete(self, name: str) -> None:
        """See `Store.delete`."""
        with speaking(name), suppress(ObjectMissing):
            self._client.remove_object(self._bucket, PREFIX + check_object_name(name))

    def older_than(self, moment: datetime) -> Iterator[StoredObject]:
        """See `Store.older_than`."""
        with speaking():
            for found in self._client.list_objects(self._bucket, PREFIX, recursive=True):
                modified = found.last_modified
                if modified is not None and modified < moment:
                    name = (found.object_name or "").removeprefix(PREFIX)
                    yield StoredObject(name, found.size or 0, modified)

    def discard_cut(self, moment: datetime) -> int:
        """See `Store.discard_cut`."""
        count, marker = 0, ""
        while True:
            with speaking():
                page = self._client._list_multipart_uploads(  # noqa: SLF001 - no public listing
                    self._bucket, prefix=PREFIX, key_marker=marker or None
                )
                for upload in page.uploads:
                    if upload.initiated_time and upload.initiated_time < moment:
                        self._client._abort_multipart_upload(  # noqa: SLF001 - no public call
                            self._bucket, upload.object_name, upload.upload_id or ""
                        )
                        count += 1
            marker = page.next_key_marker or ""
            if not page.is_truncated or not marker:
                return count

    def presign(self, name: str, filename: str, lifetime: timedelta) -> str | None:
        """See `Store.presign`."""
        headers: Headers = {
            "response-content-disposition": disposition(filename),
            "response-content-type": "application/octet-stream",
        }
        with speaking(name):
            return self._client.presigned_get_object(
                self._bucket, PREFIX + check_object_name(name), lifetime, response_headers=headers
            )

    def put_locked(self, name: str, content: bytes, until: datetime) -> None:
        """See `Store.put_locked`. Two at once: both are kept, `read_locked` gives the first."""
        check_seal_name(name)
        with speaking(name):
            if self._versions(name):
                raise SealExists(name=name)
            self._client.put_object(
                self._seals,
                name,
                io.BytesIO(content),
                len(content),
                retention=Retention(COMPLIANCE, until),
            )

    def read_locked(self, name: str) -> bytes:
        """See `Store.read_locked`; found even under a deletion mark or a later version."""
        with speaking(name):
            versions = self._versions(check_seal_name(name))
            if not versions:
                raise ObjectMissing(name=name)
            first = min(versions, key=lambda version: str(version.last_modified))
            response = self._client.get_object(self._seals, name, version_id=first.version_id)
            try:
                return bytes(response.read())
            finally:
                response.close()
                response.release_conn()

    def locked_names(self) -> list[str]:
        """See `Store.locked_names`."""
        with speaking():
            found = self._client.list_objects(self._seals, recursive=True, include_version=True)
            return sorted({one.object_name or "" for one in found if not one.is_delete_marker})

    def _versions(self, name: str) -> list[Object]:
        found = self._client.list_objects(self._seals, name, include_version=True)
        return [one for one in found if one.object_name == name and not one.is_delete_marker]


def _connections(secure: bool) -> urllib3.PoolManager:
    """Sixteen connections; a server that is away is known in seconds, not in minutes."""
    return urllib3.PoolManager(
        maxsize=16,
        timeout=urllib3.Timeout(connect=3, read=60),
        retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        cert_reqs="CERT_REQUIRED",
        ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where() if secure else None,
    )
