#!/usr/bin/env python3
"""A second reader of the statements in QR codes, written from docs/qr.md alone: plain Python, nothing to install.

decode.py VECTORS.json            reads every vector and compares; exit 1 if one is read otherwise
decode.py --key HEX TEXT          reads one text under the key (32 bytes) and prints what it says; exit 1 if it is not genuine
"""

import base64
import hashlib
import json
import sys
import zlib

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$+-/*"
CLAIMS_MAX = 16_384
DAY_MAX = 2_932_896


class Refused(Exception):
    """The text is not readable."""


class Invalid(Exception):
    """The text is readable, and wrong."""


# "Text"


def split(text):
    text = text.strip(" \t\r\n\f")
    if len(text.encode()) > 4_296:
        raise Refused("too long for a QR code")
    address, mark, body = text.partition("#")
    if not mark or not body.startswith("T1"):
        raise Refused("no statement")
    scheme, sep, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    scheme, host = scheme.lower(), host.lower()
    if scheme not in ("http", "https") or not sep or not slash or not path.startswith("c/") or path == "c/":
        raise Refused("not the address of a certificate")
    return scheme, host, path[2:], body[2:]


def check_address(scheme, host, handle, claims):
    name = host.split(":")[0]
    if scheme != "https" and name not in ("localhost", "127.0.0.1"):
        raise Invalid("no TLS")
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789-.:"
    if not name or any(character not in allowed for character in host):
        raise Invalid("no host name")
    if claims[1] != "did:web:" + host.replace(":", "%3A", 1):
        raise Invalid("the address of somebody else")
    if base64.b32encode(claims[7]).decode() != handle:
        raise Invalid("the address of another certificate")


# "Base41"


def base41(text):
    out = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        if any(character not in DIGITS for character in group):
            raise Refused("a character that is no digit")
        number = sum(DIGITS.index(character) * 41**place for place, character in enumerate(group))
        size = len(group) - 1
        if size == 0 or number >= 256**size:
            raise Refused("no base41")
        out += number.to_bytes(size, "big")
    return bytes(out)


# "CBOR"


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Refused("cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def head(self):
        first = self.take(1)[0]
        major, low = first >> 5, first & 31
        if low < 24:
            return major, low
        if low > 27:
            raise Refused("an indefinite length")
        size = 1 << (low - 24)
        argument = int.from_bytes(self.take(size), "big")
        if argument < (24 if size == 1 else 1 << (4 * size)):
            raise Refused("not the shortest form")
        return major, argument

    def value(self, depth=0):
        if depth > 8:
            raise Refused("too deep")
        major, argument = self.head()
        if major in (0, 1):
            if argument >= 1 << 63:
                raise Refused("a number that is too large")
            return argument if major == 0 else -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            try:
                return self.take(argument).decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("no UTF-8") from None
        if major == 4:
            if argument > len(self.data) - self.at:
                raise Refused("cut short")
            return [self.value(depth + 1) for _ in range(argument)]
        if major == 5:
            return self.map(argument, depth)
        if major == 6:
            return Tag(argument, self.value(depth + 1))
        raise Refused("another type")

    def map(self, count, depth):
        out, before = {}, b""
        for _ in range(count):
            start = self.at
            major, argument = self.head()
            if major not in (0, 1) or argument >= 1 << 63:
                raise Refused("a key that is no whole number")
            written = self.data[start : self.at]
            if written <= before:
                raise Refused("keys twice or out of order")
            before = written
            out[argument if major == 0 else -1 - argument] = self.value(depth + 1)
        return out


def cbor(data):
    reader = Reader(data)
    value = reader.value()
    if reader.at != len(data):
        raise Refused("something behind the value")
    return value


def head(major, length):
    if length < 24:
        return bytes([major << 5 | length])
    for low, size in ((24, 1), (25, 2), (26, 4)):
        if length < 1 << 8 * size:
            return bytes([major << 5 | low]) + length.to_bytes(size, "big")
    raise Refused("too long")


# "Envelope"


def envelope(data):
    whole = cbor(data)
    if not isinstance(whole, Tag) or whole.number != 18 or not isinstance(whole.value, list) or len(whole.value) != 4:
        raise Refused("no COSE_Sign1")
    protected, unprotected, payload, signature = whole.value
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)) or unprotected != {} or len(signature) != 64:
        raise Refused("no COSE_Sign1")
    header = cbor(protected)
    if not isinstance(header, dict) or list(header) != [1, 3, 4] or header[1] != -8 or header[3] not in (60, 11060):
        raise Refused("another header")
    name = header[4]
    allowed = b"abcdefghijklmnopqrstuvwxyz0123456789-"
    if not isinstance(name, bytes) or not 1 <= len(name) <= 32 or any(byte not in allowed for byte in name):
        raise Refused("no name of a key")
    structure = head(4, 4) + head(3, 10) + b"Signature1"
    for part in (protected, b"", payload):
        structure += head(2, len(part)) + part
    return name.decode(), payload if header[3] == 60 else inflate(payload), structure, signature


def inflate(payload):
    stream = zlib.decompressobj()
    try:
        claims = stream.decompress(payload, CLAIMS_MAX + 1)
    except zlib.error:
        raise Refused("no zlib stream") from None
    if len(claims) > CLAIMS_MAX:
        raise Refused("more than the limit")
    if not stream.eof or stream.unused_data:
        raise Refused("no zlib stream, or something behind it")
    return claims


# RFC 8032, "Ed25519": verification alone. Slow, and fit for nothing secret.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def plus(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    g, h = 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = plus(result, point)
        point, scalar = plus(point, point), scalar >> 1
    return result


def point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise Invalid("no point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def verify(key, message, signature):
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= L:
        raise Invalid("the signature does not hold")
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    base_y = 4 * pow(5, -1, P) % P
    left = times(scalar, point(base_y.to_bytes(32, "little")))
    right = plus(point(signature[:32]), times(int.from_bytes(digest, "little") % L, point(key)))
    if (left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P:
        raise Invalid("the signature does not hold")


# "Claims"


def number(least, most):
    return lambda value: type(value) is int and least <= value <= most


def text(value):
    return isinstance(value, str) and value != ""


def data(length):
    return lambda value: isinstance(value, bytes) and len(value) == length


def row(*kinds):
    return lambda value: isinstance(value, list) and len(value) == len(kinds) and all(kind(item) for kind, item in zip(kinds, value))


def rows(kind):
    return lambda value: isinstance(value, list) and all(kind(item) for item in value)


DAY, WIDE = number(0, DAY_MAX), number(0, 2**32 - 1)
KINDS = {
    1: text, 2: text, 3: text, 4: row(text, text, data(16)),
    5: text, 6: text, 7: number(1, 8), 8: number(1, 65_535), 9: number(1, 255), 10: number(0, 3), 11: row(DAY, DAY), 12: DAY,
    13: number(0, 100), 14: rows(number(0, 100)), 15: rows(text), 16: row(number(1, 2**32 - 1), WIDE), 17: data(32),
}  # fmt: skip


def check_claims(claims):
    if not isinstance(claims, dict) or list(claims) != [1, 5, 7, -65537]:
        raise Invalid("other claims")
    own = claims[-65537]
    begins = claims[5] + 18_000 if type(claims[5]) is int else -1
    if not text(claims[1]) or not data(10)(claims[7]) or not isinstance(own, dict):
        raise Invalid("a claim of another type")
    if begins % 86_400 or not DAY(begins // 86_400):
        raise Invalid("no day of issue")
    if [key for key in KINDS if key in own or key != 15] != list(own):
        raise Invalid("other claims of the certificate")
    for key, value in own.items():
        if not KINDS[key](value):
            raise Invalid(f"claim {key} of another type or value")
    if own[11][0] > own[11][1]:
        raise Invalid("the study ends before it begins")
    if 15 in own and (own[15] == [] or len(own[15]) != len(own[14])):
        raise Invalid("more or fewer names than results")


def read(code, key):
    """The name of the key and the claims of a genuine text."""
    scheme, host, handle, body = split(code)
    name, payload, structure, signature = envelope(base41(body))
    claims = cbor(payload)
    check_claims(claims)
    check_address(scheme, host, handle, claims)
    verify(key, structure, signature)
    return name, claims, structure


def plain(value):
    """The same for JSON: byte strings in hexadecimal digits."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def check_vector(vector, key):
    try:
        name, claims, structure = read(vector["text"], key)
        found = {"outcome": "genuine", "key": name, "claims": plain(claims), "signed": structure.hex()}
    except Refused as reason:
        found = {"outcome": "refused", "reason": str(reason)}
    except Invalid as reason:
        found = {"outcome": "invalid", "reason": str(reason)}
    wanted = {member: vector[member] for member in ("outcome", "key", "claims", "signed") if member in vector}
    if any(found.get(member) != value for member, value in wanted.items()):
        print(f"{vector['says']}: expected {wanted}, found {found}")
        return False
    return True


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--key":
        try:
            name, claims, _ = read(arguments[2], bytes.fromhex(arguments[1]))
        except (Refused, Invalid) as reason:
            print(f"not genuine: {reason}", file=sys.stderr)
            return 1
        print(json.dumps({"key": name, "claims": plain(claims)}, ensure_ascii=False))
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    with open(arguments[0], encoding="utf-8") as file:
        vectors = json.load(file)
    key = bytes.fromhex(vectors["public_key"])
    right = sum(check_vector(vector, key) for vector in vectors["vectors"])
    print(f"{right} of {len(vectors['vectors'])} vectors are read as they should be")
    return 0 if right == len(vectors["vectors"]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
