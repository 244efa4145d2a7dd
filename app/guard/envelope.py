"""What a child that fills a template is given: the fields and the facts, then the template."""

import struct

from app.guard.faults import Fault

HEAD = struct.Struct(">I")


def pack(given: bytes, template: bytes) -> bytes:
    """What the parent writes: JSON after its length, then the bytes of the template."""
    return HEAD.pack(len(given)) + given + template


def unpack(data: bytes) -> tuple[bytes, bytes]:
    """The JSON and the template again. Raises Fault."""
    if len(data) < HEAD.size:
        raise Fault("unreadable")
    end = HEAD.size + HEAD.unpack_from(data)[0]
    return data[HEAD.size : end], data[end:]
