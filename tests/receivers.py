"""A receiver of figures: a real server with a ledger, which books each idempotency key once and fails as it is told."""

import hashlib
import json
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Receiver(ThreadingHTTPServer):
    """``modes`` are what happens to the next requests, one each; after them all goes well."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.modes: list[str] = []
        self.ledger: list[str] = []
        """The keys that were booked, once each, in order."""
        self.receipts: dict[str, dict[str, str]] = {}
        self.seen: list[dict[str, Any]] = []
        self.is_closing = Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.scheme == "http" else "localhost"
        return f"{self.scheme}://{host}:{self.server_port}/finsam"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""

    def book(self, key: str, body: bytes) -> dict[str, str]:
        """The receipt of a key; the first time, it is booked."""
        if key not in self.receipts:
            self.ledger.append(key)
            number = f"KVITTO-{len(self.ledger)}"
            digest = hashlib.sha256(body).hexdigest()
            self.receipts[key] = {"receipt": number, "idempotency_key": key, "sha256": digest}
        return self.receipts[key]


class Handler(BaseHTTPRequestHandler):
    """Does what the next mode says. All but those that refuse have booked before anything goes wrong."""

    server: Receiver

    def log_message(self, *_args: Any) -> None:
        """Nothing: the tests read what was seen."""

    def do_GET(self) -> None:
        self.server.seen.append({"path": self.path})
        self._say(200, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append({"path": self.path, "body": body, "headers": dict(self.headers)})
        mode = self.server.modes.pop(0) if self.server.modes else "well"
        if mode.isdigit():
            self._say(int(mode), b'{"receipt": "no"}')
            return
        if mode == "redirect":
            self._say(307, b"", Location=f"http://127.0.0.1:{self.server.server_port}/other")
            return
        receipt = self.server.book(self.headers["Idempotency-Key"], body)
        {
            "well": self._well,
            "silence": self._silence,
            "fault after booking": lambda told: self._say(500, b""),
            "half": self._half,
            "half chunk": self._half_chunk,
            "reset": self._reset,
            "hangs up": lambda told: None,
            "drip": self._drip,
            "drip of headers": self._drip_headers,
            "huge": lambda told: self._say(200, b" " * 10_000_000),
            "wrong key": lambda told: self._well({**told, "idempotency_key": "annan"}),
            "wrong digest": lambda told: self._well({**told, "sha256": "0" * 64}),
            "no receipt": lambda told: self._say(200, b'{"ok": true}'),
            "no json": lambda told: self._say(200, b"<html>"),
            "deep": lambda told: self._say(200, b"[" * 60_000),
            "no object": lambda told: self._say(200, b"[1]"),
        }[mode](receipt)

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _well(self, receipt: dict[str, str]) -> None:
        self._say(201, json.dumps(receipt).encode())

    def _silence(self, _receipt: dict[str, str]) -> None:
        self.server.is_closing.wait(5)

    def _half(self, receipt: dict[str, str]) -> None:
        body = json.dumps(receipt).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])

    def _half_chunk(self, _receipt: dict[str, str]) -> None:
        self.protocol_version = "HTTP/1.1"
        self.send_response(201)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"40\r\n{")
        self.close_connection = True

    def _reset(self, _receipt: dict[str, str]) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _drip(self, _receipt: dict[str, str]) -> None:
        self.send_response(201)
        self.end_headers()
        self._drops(b" ")

    def _drip_headers(self, _receipt: dict[str, str]) -> None:
        self.wfile.write(b"HTTP/1.0 201 Created\r\nX-Slow: ")
        self._drops(b"x")

    def _drops(self, drop: bytes) -> None:
        until = time.monotonic() + 5
        while time.monotonic() < until and not self.server.is_closing.is_set():
            self.wfile.write(drop)
            self.wfile.flush()
            time.sleep(0.05)


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver, with TLS where it has a certificate."""
    server = Receiver()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.is_closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def certificate_for(host: str, folder: Path) -> Path:
    """A certificate that only itself vouches for, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = folder / f"{host}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
