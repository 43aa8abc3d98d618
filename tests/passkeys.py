"""A passkey made of software, which answers a page as a browser's own would."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.conftest import StrictClient

ADD, CODE = "/min-profil/tvasteg/passkeys/ny/", "/logga-in/kod/"
HERE, ELSEWHERE = "https://testserver", "https://testserver.example.org"
Flag = AuthenticatorData.FLAG


class Passkey:
    """One key for one place."""

    def __init__(self, number: int = 1) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.ident = bytes([number]) * 16

    def made(self, options: str, origin: str = HERE) -> dict[str, Any]:
        """The answer to a page that wants a new passkey."""
        asked = json.loads(options)["publicKey"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.ident, public)
        data = AuthenticatorData.create(sha256(b"testserver"), Flag.UP | Flag.AT, 0, credential)
        client = CollectedClientData.create("webauthn.create", asked["challenge"], origin)
        attestation = AttestationObject.create("none", data, {})
        return self._answer(client, attestationObject=websafe_encode(attestation))

    def used(self, options: str, origin: str = HERE) -> dict[str, Any]:
        """The answer to a page that wants this passkey to prove itself."""
        asked = json.loads(options)["publicKey"]
        data = AuthenticatorData.create(sha256(b"testserver"), Flag.UP, 1)
        client = CollectedClientData.create("webauthn.get", asked["challenge"], origin)
        signature = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=websafe_encode(data), signature=websafe_encode(signature))

    def _answer(self, client: CollectedClientData, **more: str) -> dict[str, Any]:
        ident = websafe_encode(self.ident)
        said = {"clientDataJSON": websafe_encode(client), **more}
        return {"id": ident, "rawId": ident, "type": "public-key", "response": said, "clientExtensionResults": {}}


def add(client: StrictClient, passkey: Passkey, name: str = "jobbdatorn", where: str = ADD) -> Any:
    """Register it with whoever is logged in."""
    return send(client, where, passkey.made(client.get(where).context["options"]), name=name)


def use(client: StrictClient, passkey: Passkey, origin: str = HERE) -> Any:
    """Take the second step of a log-in with it."""
    return send(client, CODE, passkey.used(client.get(CODE).context["options"], origin))


def send(client: StrictClient, where: str, answer: Any, **more: str) -> Any:
    return client.post(where, {"credential": json.dumps(answer), **more})
