"""Rules by which two texts count as the same, and 64-bit hashes of texts."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Literal

from crosslabel.pipeline.corpus.records import Example

VERSION = 1
Kind = Literal["exact", "near"]

# "C++" and "C", "great!" and "great?" differ: texts this short are compared as they are.
_SHORT = 3
_FIELDS = "\x1f"


def text_hash(example: Example, kind: Kind) -> int:
    """Return a hash of all fields of an example; it is equal for the same text.

    Args:
        kind: ``exact`` compares texts as they are, ``near`` only their letters, marks and digits,
            without case; texts of fewer than three words are always compared as they are.
    """
    fields = tuple(example.fields.values())
    if kind == "near":
        words = [normalised(text).split() for text in fields]
        if sum(map(len, words)) >= _SHORT:
            fields = tuple("".join(parts) for parts in words)
    return hashed(_FIELDS.join(fields).encode("utf-8", "surrogatepass"))


def hashed(content: bytes) -> int:
    """Return a 64-bit hash that is the same on every machine."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def normalised(text: str) -> str:
    """Return the letters, marks and digits of a text in one form (NFKC) and case.

    There is a single space between words. A Han character or kana is a word.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.translate(_KEPT).split())


class _Kept(dict[int, str]):
    """The replacement of each character, computed when the character first occurs."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character if unicodedata.category(character)[0] in "LMN" else " "
        alone = unicodedata.name(character, "").startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA"))
        self[code] = f" {kept} " if alone else kept
        return self[code]


_KEPT = _Kept()
