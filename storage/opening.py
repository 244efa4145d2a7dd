"""From the setting STORAGE_URL to a working store, or a refusal that names the variable."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sad.attachments.store import Store
from sad.kernel.errors import Invalid
from storage.local import FolderStore
from storage.s3 import S3Store

_OPTIONS = {"secure", "region"}
_NO_KEYS = re.compile(r"[^:]*(:\d+)?(/[^:]*)?")
_YES, _NO = {"1", "true"}, {"0", "false"}


class StorageSettingInvalid(Invalid):
    """STORAGE_URL cannot be used; the fact `read` is its value with the secret masked."""

    code: ClassVar[str] = "storage.setting"

    def __init__(self, **facts: object) -> None:
        super().__init__(where="STORAGE_URL", **facts)


class SchemeUnknown(StorageSettingInvalid):
    """Neither `file` nor `s3`."""

    code = "storage.scheme_unknown"


class FolderNotAbsolute(StorageSettingInvalid):
    """`file://` without an absolute path, or with a host or options."""

    code = "storage.folder_not_absolute"


class HostMissing(StorageSettingInvalid):
    """`s3://` without a host, or with a port that is not a number."""

    code = "storage.host_missing"


class BucketMissing(StorageSettingInvalid):
    """`s3://` without exactly one bucket of 3 to 55 lower case letters, digits and dashes."""

    code = "storage.bucket_missing"


class KeysMissing(StorageSettingInvalid):
    """`s3://` without access key or secret, in the address or beside it."""

    code = "storage.keys_missing"


class OptionUnknown(StorageSettingInvalid):
    """An option other than `secure` (0 or 1) and `region`; the fact `option` is its text."""

    code = "storage.option_unknown"


@dataclass(frozen=True)
class Location:
    """Where files go: a `folder`, or else a server's `host` ("name:port"), bucket and keys."""

    read: str
    folder: Path | None = None
    host: str = ""
    bucket: str = ""
    key: str = ""
    secret: str = ""
    secure: bool = True
    region: str = "us-east-1"

    def __repr__(self) -> str:
        """Without the secret: this may end in a traceback."""
        return f"Location({self.read})"


def location(url: str, key: str | None = None, secret: str | None = None) -> Location:
    """Reads `file:///path` or `s3://key:secret@host:port/bucket?secure=0&region=…`; opens nothing.

    Characters such as `/` or `@` in key and secret are percent-encoded in the address; given apart
    (`key`, `secret`) they are taken as they are, and win. TLS unless `secure=0`. Raises a
    StorageSettingInvalid.
    """
    read = _masked(url)
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise HostMissing(read=read) from None
    if parts.scheme == "file":
        return _folder(parts, read)
    if parts.scheme == "s3":
        return _server(parts, read, key, secret)
    raise SchemeUnknown(read=read)


def open_store(url: str, key: str | None = None, secret: str | None = None) -> Store:
    """The store of that address, checked to work: made if absent, readable, writable.

    Raises a StorageSettingInvalid, FolderUnusable, BucketUnusable or StorageUnavailable.
    """
    place = location(url, key, secret)
    if place.folder is not None:
        return FolderStore(place.folder)
    return S3Store(
        place.host, place.bucket, place.key, place.secret, secure=place.secure, region=place.region
    )


def _masked(url: str) -> str:
    """The address as it may be shown: everything before the last @ of the host but the key's head.

    Works on the text, not on the parsed address: a badly written one must not show its secret.
    """
    scheme, mark, rest = url.strip().partition("://")
    if not mark:
        return scheme if "@" not in scheme and ":" not in scheme else "***"
    keys, at, host = rest.rpartition("@")
    if not at:
        return f"{scheme}://{host}" if _NO_KEYS.fullmatch(host) else f"{scheme}://***"
    return f"{scheme}://{keys.partition(':')[0][:4]}***@{host}"


def _folder(parts: SplitResult, read: str) -> Location:
    path = Path(unquote(parts.path))
    if parts.netloc or parts.query or parts.fragment or not path.is_absolute() or path == Path("/"):
        raise FolderNotAbsolute(read=read)
    return Location(read=read, folder=path)


def _server(parts: SplitResult, read: str, key: str | None, secret: str | None) -> Location:
    try:
        port = parts.port
    except ValueError:
        raise HostMissing(read=read) from None
    if not parts.hostname:
        raise HostMissing(read=read)
    bucket = parts.path.strip("/")
    if not _is_bucket(bucket):
        raise BucketMissing(read=read)
    key = key or unquote(parts.username or "")
    secret = secret or unquote(parts.password or "")
    if not key or not secret:
        raise KeysMissing(read=read)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    host = f"{host}:{port}" if port else host
    secure, region = _options(parts.query, read)
    return Location(read, None, host, bucket, key, secret, secure, region)


def _is_bucket(bucket: str) -> bool:
    """55 characters at most: the seals' bucket bears the same name and 8 characters more."""
    letters = bucket.replace("-", "")
    return (
        3 <= len(bucket) <= 55
        and letters.isascii()
        and letters.isalnum()
        and letters == letters.lower()
        and bucket.strip("-") == bucket
    )


def _options(query: str, read: str) -> tuple[bool, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for unknown in sorted(options.keys() - _OPTIONS):
        raise OptionUnknown(read=read, option=unknown)
    secure = options.get("secure", "1")
    if secure not in _YES | _NO:
        raise OptionUnknown(read=read, option=f"secure={secure}")
    return secure in _YES, options.get("region") or "us-east-1"
