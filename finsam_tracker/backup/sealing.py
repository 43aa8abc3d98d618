"""A stream of bytes, encrypted piece by piece so that neither side keeps more than a piece in memory.

AES-256-GCM with a key of the file's own (HKDF of the operator's key and a random salt). Each piece's nonce is its
number and whether it is the last, so that a piece that is changed, moved, left out or cut off at the end is found (the
STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).

    MAGIC · salt (16 bytes) · pieces: length of what follows (4 bytes) · encrypted piece with its tag
"""

import base64
import binascii
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"finsam-backup-1\n"
PIECE = 1024 * 1024
SALT, TAG, KEY = 16, 16, 32


class BrokenBackupError(ValueError):
    """The file is not whole, not ours, or was sealed with another key."""


def read_key(text: str) -> bytes:
    """The operator's key as it is written: 32 bytes in base64. Raises ValueError with a sentence."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY:
        raise ValueError("FINSAM_BACKUP_KEY must be 32 random bytes in base64: openssl rand -base64 32.")
    return key


def seal(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The sealed file, some bytes at a time."""
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(key, salt)
    yield MAGIC + salt
    number, held = 0, b""
    for piece in _of_size(pieces):
        if number or held:
            yield _framed(cipher.encrypt(_nonce(number, is_last=False), held, None))
            number += 1
        held = piece
    yield _framed(cipher.encrypt(_nonce(number, is_last=True), held, None))


def unseal(file: IO[bytes], key: bytes) -> Iterator[bytes]:
    """What was sealed. Raises BrokenBackupError at the first piece that is not as it was, or at a missing end."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BrokenBackupError("The file is no backup of Finsam Tracker.")
    cipher = _cipher(key, file.read(SALT))
    number, framed = 0, _next(file)
    while framed is not None:
        following = _next(file)
        try:
            yield cipher.decrypt(_nonce(number, is_last=following is None), framed, None)
        except InvalidTag as error:
            raise BrokenBackupError("The file is not whole, or was sealed with another key.") from error
        number, framed = number + 1, following
    if not number:
        raise BrokenBackupError("The file ends where it should begin.")


def right_key(file: IO[bytes], keys: Iterable[bytes]) -> bytes:
    """The one of the keys that opens the file. Raises BrokenBackupError where none does."""
    for key in keys:
        file.seek(0)
        with suppress(BrokenBackupError):
            next(unseal(file, key))
            return key
    raise BrokenBackupError("The file is no backup of Finsam Tracker, is not whole, or was sealed with another key.")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY, salt, MAGIC).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _framed(sealed: bytes) -> bytes:
    return len(sealed).to_bytes(4, "big") + sealed


def _next(file: IO[bytes]) -> bytes | None:
    """The next sealed piece as it stands; None at the end of the file."""
    length = int.from_bytes(file.read(4), "big")
    framed = file.read(length) if length <= PIECE + TAG else b""
    if len(framed) != length:
        raise BrokenBackupError("The file is not whole.")
    return framed or None


def _of_size(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, the last one shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)
