"""Takes the credential out of baked images with openbadgeslib and verifies it: one JSON line per file. See README.md."""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3Verifier

from verify import Documents, verify


def extracted(path):
    """The text of the credential inside, as the library finds it."""
    image = Path(path).read_bytes()
    if path.endswith(".png"):
        return OB3Verifier.extract_token_from_png(image)
    return OB3Verifier.extract_token_from_svg(image)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", metavar="DIR")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    documents, lists, answers = Documents(arguments.documents), {}, {}
    for file in arguments.files:
        try:
            text = extracted(file)
        except LibOpenBadgesException as error:
            print(json.dumps({"file": file, "error": str(error)}, ensure_ascii=False), flush=True)
            continue
        # One credential is in two images: it is verified once.
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest not in answers:
            answers[digest] = verify(text.encode(), documents, lists)
        print(json.dumps({"file": file, "sha256": digest, **answers[digest]}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
