"""Where the bytes of files live: a local folder or an S3 server, behind `sad.attachments.store`."""

from storage.opening import Location, location, open_store

__all__ = ["Location", "location", "open_store"]
