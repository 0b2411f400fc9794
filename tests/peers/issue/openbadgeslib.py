"""Credentials made by openbadgeslib: `python openbadgeslib.py DIR`. See ../README.md."""

import hashlib
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

# This file has the library's name, so it must not be found in its place.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from openbadgeslib.keys import public_jwk_from_pem
from openbadgeslib.ob3 import (
    Achievement,
    Alignment,
    Evidence,
    IdentityObject,
    Issuer,
    OB3LdpSigner,
    OB3Signer,
    OpenBadgeCredential,
    Result,
    ResultDescription,
    add_data_integrity_proof,
    build_clr_credential,
    build_status_list_credential,
    multikey_from_pem,
    sign_clr_credential,
    status_entry,
)

PEER = "did:web:peer.example"
STRANGER = "did:web:stranger.example"
LIST = "https://peer.example/status/1"
REVOKED_INDEX = 94_567
MADE = datetime(2026, 5, 15, tzinfo=timezone.utc)
LATER = datetime(2199, 1, 1, tzinfo=timezone.utc)


def seed(label):
    return hashlib.sha256(f"tanu test {label}".encode()).digest()


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def ed25519(label):
    return Ed25519PrivateKey.from_private_bytes(seed(label))


# RSA keys cannot be made from a seed here; these protect nothing and live as long as the test.
KEYS = {
    "EdDSA": {PEER: ed25519(PEER), STRANGER: ed25519(STRANGER)},
    "ES256": {did: ec.generate_private_key(ec.SECP256R1()) for did in (PEER, STRANGER)},
    "RS256": {did: rsa.generate_private_key(65537, 2048) for did in (PEER, STRANGER)},
}


def credential(**changes):
    fields = {
        "id": "urn:uuid:3d9d6c0a-6f0c-4f0e-8f1a-5d1f3b8a2c02",
        "issuer": Issuer(id=PEER, name="Peer University", url="https://peer.example/"),
        "recipient_id": "did:example:learner",
        "name": "Деректер талдауы",
        "issuance_date": MADE,
        "credits_earned": 2.5,
        "identifiers": [IdentityObject.create("learner@peer.example", salt="c2FsdA")],
        "results": [Result(result_description="urn:uuid:result", value="92")],
        "evidence": [Evidence(id="https://peer.example/evidence/1", name="Report")],
        "achievement": Achievement(
            id="https://peer.example/achievements/1",
            name="Деректер талдауы",
            description='Two lines,\nwith "quotes" and 🎓.',
            criteria_narrative="Seven hours of practice.",
            tags=["b", "a"],
            alignments=[Alignment(target_name="NQF 6", target_url="https://peer.example/nqf/6")],
            result_descriptions=[
                ResultDescription(id="urn:uuid:result", name="Result", result_type="Percent")
            ],
        ),
    }
    return OpenBadgeCredential(**{**fields, **changes})


def entry(index):
    return {"credential_status": [status_entry(LIST, "revocation", index)]}


# The cases of cases.mjs: fields of the credential, whose key signs, and what is changed afterwards.
CASES = {
    "valid": ({}, PEER, None),
    "altered": ({}, PEER, lambda c: c["credentialSubject"]["achievement"].update(name="Other")),
    "issuer-renamed": ({}, PEER, lambda c: c["issuer"].update(name="Another University")),
    "removed": ({}, PEER, lambda c: c.pop("evidence")),
    "expired": ({"expiration_date": datetime(2026, 6, 1, tzinfo=timezone.utc)}, PEER, None),
    "not-yet-valid": ({"issuance_date": LATER}, PEER, None),
    "not-revoked": (entry(REVOKED_INDEX + 1), PEER, None),
    "revoked": (entry(REVOKED_INDEX), PEER, None),
    "unrevoked-by-hand": (entry(REVOKED_INDEX), PEER, lambda c: c.pop("credentialStatus")),
    "stranger": ({}, STRANGER, None),
    "unlisted": ({"issuer": Issuer(id=STRANGER, name="Peer University")}, STRANGER, None),
}


def embedded(made, did, alter):
    """`eddsa-rdfc-2022`."""
    signer = OB3LdpSigner(pem(KEYS["EdDSA"][did]), verification_method=f"{did}#key-1")
    document = signer.sign(made, created=MADE)
    # The strict schema family wants an array; a set of one proof is the same RDF.
    document["proof"] = [document["proof"]]
    if alter:
        alter(document)
    return json.dumps(document, ensure_ascii=False, indent=1)


def token(algorithm):
    """A compact JWT; changed afterwards means another payload under the old signature."""

    def sign(made, did, alter):
        signed = OB3Signer(pem(KEYS[algorithm][did]), algorithm=algorithm).sign(made)
        if not alter:
            return signed
        header, _, signature = signed.split(".")
        payload = made.to_jwt_payload()
        alter(payload)
        return ".".join([header, base64url(json.dumps(payload).encode()), signature])

    return sign


def base64url(raw):
    import base64

    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


CLR_CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def transcript(alter_member=None, alter=None, signer=PEER, contexts=CLR_CONTEXTS, **changes):
    """A CLR with one member, which may be changed before the transcript is signed, and the transcript afterwards."""
    member = json.loads(embedded(credential(**changes), PEER, alter_member))
    identifier = IdentityObject.create("learner@peer.example", salt="c2FsdA").to_dict()
    unsigned = build_clr_credential(
        credential().issuer.to_dict(), [identifier], [member],
        credential_id="urn:uuid:3d9d6c0a-6f0c-4f0e-8f1a-5d1f3b8a2c03", valid_from=MADE)
    # The schema of transcripts requires a name and another order of contexts than the library's.
    unsigned["name"] = "Transcript"
    unsigned["@context"] = contexts or unsigned["@context"]
    document = sign_clr_credential(unsigned, pem(KEYS["EdDSA"][signer]), f"{signer}#key-1")
    document["proof"] = [document["proof"]]
    if alter:
        alter(document)
    return json.dumps(document, ensure_ascii=False, indent=1)


def raise_credits(member):
    member["credentialSubject"]["creditsEarned"] = 6


def transcripts():
    inner = lambda change: lambda c: change(c["credentialSubject"]["verifiableCredential"][0])
    return {
        "valid": transcript(),
        "altered": transcript(alter=lambda c: c.update(name="Other")),
        "stranger": transcript(signer=STRANGER),
        "other-order-of-contexts": transcript(contexts=None),
        "member-altered": transcript(alter_member=raise_credits),
        "member-altered-later": transcript(alter=inner(raise_credits)),
        "member-unsigned": transcript(alter_member=lambda member: member.pop("proof")),
        "member-expired": transcript(expiration_date=datetime(2026, 6, 1, tzinfo=timezone.utc)),
        "member-revoked": transcript(**entry(REVOKED_INDEX)),
    }


def did_document(did):
    methods = [
        {"id": f"{did}#key-1", "type": "Multikey", "controller": did,
         "publicKeyMultibase": multikey_from_pem(public_pem(KEYS["EdDSA"][did]))}
    ] + [
        {"id": f"{did}#{algorithm}", "type": "JsonWebKey", "controller": did,
         "publicKeyJwk": public_jwk_from_pem(public_pem(KEYS[algorithm][did]))}
        for algorithm in ("ES256", "RS256")
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def status_list():
    unsigned = build_status_list_credential(
        PEER, LIST, "revocation", [REVOKED_INDEX], issued=MADE, valid_until=LATER)
    key = pem(KEYS["EdDSA"][PEER])
    return add_data_integrity_proof(unsigned, key, f"{PEER}#key-1", created=MADE)


def save(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False))


def main():
    folder = Path(sys.argv[1])
    for did in (PEER, STRANGER):
        save(folder / "documents" / f"{did.rpartition(':')[2]}.json", did_document(did))
    save(folder / "documents" / "status.json", status_list())
    trusted = [{"id": PEER, "name": "Peer University"}]
    save(folder / "trust.json", {"version": 1, "issuers": trusted})
    formats = {"eddsa-rdfc-2022": (embedded, "json")}
    formats |= {name: (token(name), "jwt") for name in KEYS}
    for name, (sign, ending) in formats.items():
        for case, (changes, did, alter) in CASES.items():
            save(folder / name / f"{case}.{ending}", sign(credential(**changes), did, alter))
    for case, document in transcripts().items():
        save(folder / "clr" / f"{case}.json", document)


if __name__ == "__main__":
    main()
