"""What kind of file it is, told by its content and never by its name, and its tables, read in a process of its own."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO

from django.conf import settings

from reports.document_check.found import FoundDocument, Refusal, RefusedError
from reports.document_check.limits import MAX_BYTES, MAX_PARTS, MAX_SECONDS, MAX_UNPACKED, MEGABYTE

_ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1024
"""A PDF may have some bytes of something else before it begins."""
_TYPES = "[Content_Types].xml"
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


def read_document(content: bytes) -> FoundDocument:
    """The tables and texts of a document; raises RefusedError for everything that cannot be read."""
    if not content:
        raise RefusedError(Refusal.EMPTY)
    if len(content) > MAX_BYTES:
        raise RefusedError(Refusal.TOO_LARGE)
    return _read_apart(_kind_of(content), content)


def _kind_of(content: bytes) -> str:
    if content.startswith(_ARCHIVE):
        return _kind_of_archive(content)
    if content.startswith(_OLD_OFFICE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise RefusedError(Refusal.ENCRYPTED if is_locked else Refusal.OLD_FORMAT)
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return "pdf"
    raise RefusedError(Refusal.OTHER_KIND)


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            # zipfile reads no more of a part than its declared size, so a part that lies cannot grow past this.
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise RefusedError(Refusal.UNPACKS_TOO_LARGE)
            names = set(archive.namelist())
            kind = next((kind for name, kind in _PARTS.items() if name in names), None)
            if kind is None or _TYPES not in names or archive.getinfo(_TYPES).file_size > MEGABYTE:
                raise RefusedError(Refusal.OTHER_KIND)
            if any(part.flag_bits & 1 for part in parts):
                raise RefusedError(Refusal.ENCRYPTED)
            if b"macroenabled" in archive.read(_TYPES).lower():
                raise RefusedError(Refusal.MACROS)
            return kind
    except (zipfile.BadZipFile, zipfile.zlib.error, OSError, NotImplementedError, ValueError) as error:  # type: ignore[attr-defined]
        raise RefusedError(Refusal.BROKEN) from error


def _read_apart(kind: str, content: bytes) -> FoundDocument:
    """Read in a process that has no secrets in its surroundings and is stopped when it takes too much."""
    command = [sys.executable, "-I", "-W", "ignore", "-c", _BEGIN, str(settings.BASE_DIR), kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a kind from our own list
            command, input=content, capture_output=True, timeout=MAX_SECONDS, env={}, cwd="/", check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError(Refusal.TOO_HEAVY) from error
    if done.returncode < 0:
        raise RefusedError(Refusal.TOO_HEAVY)  # stopped by the limits of time or memory
    if done.returncode:
        raise RefusedError(Refusal.BROKEN)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise RefusedError(Refusal(answer["refused"]))
    return FoundDocument.from_json(answer)


_BEGIN = "import sys; sys.path.append(sys.argv[1]); from reports.document_check.child import main; main(sys.argv[2])"
"""Nothing of the caller's surroundings is heard (-I), so the project's folder is told."""
