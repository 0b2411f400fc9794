#!/usr/bin/env python3
"""Checks the log of a Tanu register from its published files alone, with nothing but Python's standard library.

    check.py FOLDER [--kept FILE]... [--proof FILE [--commitment BASE64URL]]

FOLDER is what `issuer register export --out FOLDER` makes, or a data directory. A file that was kept from before (a checkpoint, a
history) must agree with the same tree. A proof must lead to a root that the log signed, and to the leaf of this tree, and its leaf
must hold the commitment. One line for each finding; exit 0: none, 1: findings, 66: unreadable.
It shares no code with the issuer: RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature, tlog-proof.
"""

import argparse, base64, binascii, hashlib, json, re, sys
from pathlib import Path

# Ed25519 (RFC 8032), with extended coordinates.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

def add(a, b):
    k, m = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = m - k, z - t, z + t, m + k
    return (e * f % P, g * h % P, f * g % P, e * h % P)

def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result

def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0

def decompress(data):
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)

BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def is_signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = decompress(key), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    # A key of small order signs anything.
    if same(multiply(8, a), (0, 1, 1, 0)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(multiply(s, BASE), add(r, multiply(h, a)))

# RFC 6962, "Merkle Hash Trees".
def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()

def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def root_of(subtrees):
    root = subtrees[-1][1] if subtrees else hashlib.sha256().digest()
    for _, left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root

def grow(subtrees, leaf):
    """Adds a leaf to the complete subtrees that a tree falls into, each with its height."""
    height, root = 0, leaf
    while subtrees and subtrees[-1][0] == height:
        root, height = node_hash(subtrees.pop()[1], root), height + 1
    subtrees.append((height, root))

def root_from_path(leaf, index, size, path):
    """RFC 9162, "Verifying an Inclusion Proof"."""
    node, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None

# C2SP signed-note and tlog-checkpoint.
def plain_base64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 that is not written in its one form")
    return data

class Key:
    def __init__(self, vkey):
        self.name, identity, encoded = vkey.split("+", 2)
        typed = plain_base64(encoded)
        self.kind, self.public = typed[0], typed[1:]
        self.identity = hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        if self.identity.hex() != identity or self.kind not in (1, 4):
            raise ValueError(f"the verifier key {vkey} is none")

    def has_signed(self, text, signature):
        if self.kind == 4:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            text = f"cosignature/v1\ntime {time}\n{text}"
        return is_signed(self.public, text.encode(), signature)

class Checkpoint:
    """A note: its text, its signature lines, and what the text says."""

    def __init__(self, note):
        head, separator, lines = note.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise ValueError("a note without signatures")
        self.text = head + "\n"
        parts = self.text.split("\n")
        if len(parts) != 4 or not re.fullmatch("[1-9][0-9]*", parts[1]):
            raise ValueError("a checkpoint that has not three lines")
        self.origin, self.size, self.root = parts[0], int(parts[1]), plain_base64(parts[2])
        self.lines = []
        for line in lines[:-1].split("\n"):
            match = re.fullmatch("— ([^ +]+) ([^ ]+)", line)
            if not match:
                raise ValueError("a signature line of another form")
            self.lines.append((match[1], plain_base64(match[2])))

    def signers(self, keys):
        """The keys that signed; a line under the name of a known key that is not its signature spoils the note."""
        signed = []
        for name, data in self.lines:
            for key in keys:
                if (name, data[:4]) == (key.name, key.identity):
                    if not key.has_signed(self.text, data[4:]):
                        raise ValueError(f"the signature of {name} is wrong")
                    signed.append(key)
        return signed

def read_checkpoints(path):
    text = path.read_text(encoding="utf-8")
    parts = text.rstrip("\n").split("\n\n")
    return [Checkpoint(body + "\n\n" + lines + "\n") for body, lines in zip(parts[::2], parts[1::2])] if text else []

class Audit:
    def __init__(self, folder):
        self.folder, self.log, self.findings = folder, folder / "log", 0
        issuer = json.loads((folder / "trust.json").read_text(encoding="utf-8"))["issuers"][0]
        self.key = Key(issuer["log"]["vkey"])
        self.witnesses = [Key(vkey) for vkey in issuer.get("witnesses", [])]
        self.roots, self.leaves = {}, []

    def find(self, place, what):
        self.findings += 1
        print(f"{place}: {what}")

    def tile(self, level, index):
        """The longest file of a tile: its bytes and name."""
        name = f"{index % 1000:03}"
        while index := index // 1000:
            name = f"x{index % 1000:03}/{name}"
        full = self.log / "tile" / level / name
        if full.is_file():
            return full.read_bytes(), full
        partial = full.parent / (full.name + ".p")
        files = sorted((int(file.name), file) for file in partial.glob("*") if file.name.isdigit())
        data = files[-1][1].read_bytes() if files else b""
        for _, file in files:
            if not data.startswith(file.read_bytes()):
                self.find(file, "it is not the beginning of the longer one")
        return data, partial

    def read_leaves(self, size):
        for number in range((size + 255) // 256):
            data, path = self.tile("entries", number)
            at, count = 0, 0
            while at < len(data) and count < 256:
                length = int.from_bytes(data[at:at + 2], "big")
                self.take_leaf(data[at + 2:at + 2 + length], path)
                at, count = at + 2 + length, count + 1
            if at != len(data):
                self.find(path, "an entry of it is cut short, or follows the last one")
            if count < min(256, size - number * 256):
                return self.find(path, f"entries that a checkpoint covers are missing from number {number * 256 + count} on")

    def take_leaf(self, leaf, path):
        index = len(self.leaves)
        try:
            said = json.loads(leaf)
            canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            known = set(said) == {"commitments", "index", "kind", "time", "version"}
            if canonical != leaf or not known or said["index"] != index or said["version"] != 1:
                self.find(path, f"the leaf of entry {index} is not what a leaf is")
            if index and said["time"] <= self.time:
                self.find(path, f"entry {index} is not later than the one before")
            self.time = said["time"]
        except (ValueError, KeyError, TypeError, AttributeError):
            self.find(path, f"the leaf of entry {index} is not readable")
        self.leaves.append(leaf)

    def check_tiles(self):
        subtrees, self.roots = [], {0: root_of([])}
        hashes = [leaf_hash(leaf) for leaf in self.leaves]
        for size, leaf in enumerate(hashes, start=1):
            grow(subtrees, leaf)
            self.roots[size] = root_of(subtrees)
        level = 0
        while hashes:
            for number in range((len(hashes) + 255) // 256):
                data, path = self.tile(str(level), number)
                if data != b"".join(hashes[number * 256:number * 256 + len(data) // 32]) or not data:
                    self.find(path, "a tile does not hold what its entries give")
            whole = [hashes[at:at + 256] for at in range(0, len(hashes) - 255, 256)]
            hashes = []
            for part in whole:
                while len(part) > 1:
                    part = [node_hash(part[at], part[at + 1]) for at in range(0, len(part), 2)]
                hashes.append(part[0])
            level += 1

    def check_checkpoint(self, place, checkpoint):
        try:
            if checkpoint.origin != self.key.name or self.key not in checkpoint.signers([self.key]):
                self.find(place, f"the checkpoint of {checkpoint.size} entries is not signed by the log")
            checkpoint.signers(self.witnesses)
        except ValueError as fault:
            self.find(place, str(fault))
        if checkpoint.size not in self.roots:
            self.find(place, f"a checkpoint of {checkpoint.size} entries was signed; {len(self.leaves)} are here")
        elif self.roots[checkpoint.size] != checkpoint.root:
            self.find(place, f"the checkpoint of {checkpoint.size} entries has another root than the entries give")

    def check(self, kept):
        history = read_checkpoints(self.log / "history")
        shown = read_checkpoints(self.log / "checkpoint")
        self.read_leaves(max((note.size for note in history + shown), default=0))
        self.check_tiles()
        for older, newer in zip(history, history[1:]):
            if older.size >= newer.size:
                self.find("log/history", f"a checkpoint of {newer.size} entries follows one of {older.size}")
        if len(shown) != 1 or not history or shown[0].text != history[-1].text:
            self.find("log/checkpoint", "it is not the last one of the history")
        files = {"log/history": history, "log/checkpoint": shown}
        if (self.log / "cosigned").is_file():
            files["log/cosigned"] = read_checkpoints(self.log / "cosigned")
        files.update({str(path): read_checkpoints(path) for path in kept})
        for place, notes in files.items():
            for note in notes:
                self.check_checkpoint(place, note)
        return sum(map(len, files.values()))

    def check_proof(self, path, commitment):
        lines, _, note = path.read_text(encoding="utf-8").partition("\n\n")
        first, extra, index, *hashes = lines.split("\n")
        if first != "c2sp.org/tlog-proof@v1" or extra[:6] != "extra " or index[:6] != "index ":
            raise ValueError(f"{path} is no proof with a leaf")
        leaf, index, checkpoint = plain_base64(extra[6:]), int(index[6:]), Checkpoint(note)
        self.check_checkpoint(path, checkpoint)
        hashes = [plain_base64(line) for line in hashes]
        if index >= checkpoint.size or root_from_path(leaf_hash(leaf), index, checkpoint.size, hashes) != checkpoint.root:
            self.find(path, "its hashes do not lead to the root of its checkpoint")
        if index >= len(self.leaves) or self.leaves[index] != leaf:
            self.find(path, f"its leaf is not that of entry {index}")
        if commitment and commitment not in json.loads(leaf)["commitments"]:
            self.find(path, "its leaf does not commit to this credential")

def main():
    parser = argparse.ArgumentParser(description="Checks the log of a Tanu register from its published files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kept", type=Path, action="append", default=[], help="a checkpoint or history kept from before")
    parser.add_argument("--proof", type=Path, help="a .tlog-proof")
    parser.add_argument("--commitment", help="what its leaf must hold, base64url")
    arguments = parser.parse_args()
    try:
        audit = Audit(arguments.folder)
        count = audit.check(arguments.kept)
        if arguments.proof:
            audit.check_proof(arguments.proof, arguments.commitment)
    except (OSError, ValueError, KeyError, IndexError, binascii.Error) as fault:
        # An OSError names its file; the others are told apart by their kind.
        print(f"unreadable: {fault if isinstance(fault, OSError) else repr(fault)}")
        return 66
    print(f"{len(audit.leaves)} entries, {count} checkpoints, {audit.findings} findings")
    return 1 if audit.findings else 0

if __name__ == "__main__":
    sys.exit(main())
