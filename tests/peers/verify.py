"""Verifies credential files with openbadgeslib: one JSON line per file. See README.md."""

import argparse
import json
import sys
from pathlib import Path
from urllib.parse import unquote

import jwt
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.did import resolve_verification_method
from openbadgeslib.ob3.ldp import OB3LdpVerifier, verify_data_integrity_proof
from openbadgeslib.ob3.status import check_credential_status, decode_encoded_list, set_indices


class Refused(Exception):
    """A rule that the library leaves to its caller is broken."""


class Documents:
    """The only place that bytes come from: a folder, matched by `id`. Nothing is fetched."""

    def __init__(self, folder):
        self.by_url = {}
        for path in sorted(Path(folder).glob("*.json")) if folder else []:
            raw = path.read_bytes()
            self.by_url[address(json.loads(raw)["id"])] = raw

    def read(self, url):
        if url not in self.by_url:
            raise Refused(f"not in the documents: {url}")
        return self.by_url[url]


def address(identifier):
    """The URL that a document is read from: did:web, "Read (Resolve)"; any other id is its own."""
    if not identifier.startswith("did:web:"):
        return identifier
    host, *path = (unquote(part) for part in identifier[len("did:web:"):].split(":"))
    return "https://" + "/".join([host, *(path or [".well-known"]), "did.json"])


def verify(raw, documents, lists):
    """The answer for one credential: whether it verifies, and what its status list says."""
    try:
        if raw.startswith(b"{"):
            credential = OB3LdpVerifier().verify(raw, download=documents.read)
        else:
            credential = verify_token(raw.decode().strip(), documents)
    except (LibOpenBadgesException, Refused, jwt.exceptions.PyJWTError) as error:
        return {"verified": False, "revoked": None, "error": str(error)}
    if not credential.credential_status:
        return {"verified": True, "revoked": None}
    try:
        return {"verified": True, "revoked": revoked(credential, documents, lists)}
    except (LibOpenBadgesException, Refused, KeyError, TypeError, ValueError) as error:
        return {"verified": True, "revoked": None, "error": f"status: {error!r}"}


def verify_token(token, documents):
    """A token is verified with the key of the issuer that it names; the library asks for that issuer first."""
    claims = jwt.decode(token, options={"verify_signature": False})
    issuer = claims.get("iss") or claims["issuer"]["id"]
    return OB3Verifier.for_issuer_did(issuer, download=documents.read).verify(token)


def revoked(credential, documents, lists):
    """True if a bit for revocation is set. The library's own verdict must say the same."""
    bits = [
        int(entry["statusListIndex"]) in status_list(entry, credential.issuer.id, documents, lists)
        for entry in credential.credential_status
        if entry.get("statusPurpose") == "revocation"
    ]
    try:
        check_credential_status(credential, download=documents.read)
    except LibOpenBadgesException:
        if not any(bits):
            raise
        return True
    if any(bits):
        raise Refused("the library overlooks a set bit")
    return False


def status_list(entry, issuer, documents, lists):
    """The set indices of a status list whose own proof is made by the issuer of the credential.

    The library checks proofs of status lists in JWT form only, so the Data Integrity proof is
    verified here with its lower-level function, and its rules are added: one issuer, its own key.
    """
    url = entry["statusListCredential"]
    if (url, issuer) not in lists:
        document = json.loads(documents.read(url))
        owner = document["issuer"]
        owner = owner["id"] if isinstance(owner, dict) else owner
        proof = document["proof"]
        (proof,) = proof if isinstance(proof, list) else [proof]
        method = proof["verificationMethod"]
        if owner != issuer or method.partition("#")[0] != issuer:
            raise Refused(f"the status list {url} is not signed by {issuer}")
        key = resolve_verification_method(method, download=documents.read)
        verify_data_integrity_proof(document, key)
        lists[url, issuer] = set_indices(decode_encoded_list(document["credentialSubject"]["encodedList"]))
    return lists[url, issuer]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", metavar="DIR")
    parser.add_argument("files", nargs="+", metavar="FILE")
    try:
        arguments = parser.parse_args()
    except SystemExit as stop:
        return 64 if stop.code else 0
    documents, lists = Documents(arguments.documents), {}
    for file in arguments.files:
        answer = verify(Path(file).read_bytes(), documents, lists)
        print(json.dumps({"file": file, **answer}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
