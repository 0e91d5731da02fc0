"""Bodies that are forms with files in them (`multipart/form-data`).

The whole body is in memory anyway, so it is simply cut at its boundary; Starlette's parser would
want another package, and takes a form that breaks off for a whole one.

Source: https://www.rfc-editor.org/rfc/rfc7578
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaffold.endpoint.http.service_errors import ServiceError, refused

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.I)
_DISPOSITION = re.compile(r"^content-disposition:[ \t]*form-data[ \t]*;(.*)$", re.I | re.M)
_PARAMETER = re.compile(r'(?:^|;)\s*(name|filename)=(?:"([^"]*)"|([^\s;"]+))', re.I)


@dataclass(frozen=True)
class Upload:
    """A file in a form."""

    filename: str
    content: bytes


Form = dict[str, str | Upload]


def parse(content_type: str, content: bytes) -> Form:
    """Return the fields of a form.

    Args:
        content_type: what the body says that it is.
        content: the body.

    Raises:
        ServiceError: it is no such form, or breaks off.
    """
    kind = content_type.split(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise refused(f"Invalid Content-Type header ({kind}), expected multipart/form-data.")
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise _broken()
    mark = b"\r\n--" + (boundary[1] or boundary[2]).encode()
    # What is before the first mark and after the last one is for nobody.
    parts = (b"\r\n" + content).split(mark)[1:]
    if not parts or not parts[-1].startswith(b"--"):
        raise _broken()
    return dict(_field(part) for part in parts[:-1])


def _field(part: bytes) -> tuple[str, str | Upload]:
    head, gap, value = part.partition(b"\r\n\r\n")
    disposition = _DISPOSITION.search(head.decode("utf-8", "replace").replace("\r\n", "\n"))
    if not gap or disposition is None:
        raise _broken()
    said = {
        name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(disposition[1])
    }
    if "name" not in said:
        raise _broken()
    if "filename" in said:
        return said["name"], Upload(said["filename"], value)
    return said["name"], value.decode("utf-8", "replace")


def _broken() -> ServiceError:
    return refused("Could not parse multipart form.")
