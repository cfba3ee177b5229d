"""From words to text and back, always with the true character range of every word."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.text.detokenize.folding import fold
from crosslabel.pipeline.text.detokenize.spacing import spaces_before
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

_PTB_ESCAPES = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{",
                "-RCB-": "}", "``": '"', "''": '"'}


def detokenize(
    tokens: Sequence[str], lang: str, *, ptb_escapes: bool = False
) -> tuple[str, tuple[Range, ...]]:
    """Write words as text the way ``lang`` is written.

    Every word stands in the text verbatim: ``text[start:end]`` is the word for its range.

    Args:
        tokens: non-empty words in order.
        lang: BCP-47 tag.
        ptb_escapes: write the Penn Treebank's ``-LRB-``, `` and '' as the marks they stand for.

    Returns:
        The text and one code-point range per word, increasing and not overlapping.

    Raises:
        InputError: a word is empty.
    """
    words = [_PTB_ESCAPES.get(token, token) for token in tokens] if ptb_escapes else tokens
    if "" in words:
        raise InputError(f"empty-token: token {list(words).index('')} is empty; remove it")
    pieces: list[str] = []
    ranges: list[Range] = []
    length = 0
    for word, space in zip(words, spaces_before(words, lang), strict=True):
        pieces.append(f" {word}" if space else word)
        length += len(pieces[-1])
        ranges.append((length - len(word), length))
    return "".join(pieces), tuple(ranges)


def align_tokens(
    text: str, tokens: Sequence[str], *, ptb_escapes: bool = False
) -> tuple[Range, ...]:
    """Return the ranges of words in a text that is already known.

    Differences in white space, Unicode normal form (NFKC and the like), the shape of quotation
    marks and dashes, and invisible characters are tolerated; anything else is not.

    Returns:
        One code-point range per word, increasing and not overlapping.

    Raises:
        InputError: the text is not these words; the message gives the first difference.
    """
    words = [_PTB_ESCAPES.get(token, token) for token in tokens] if ptb_escapes else tokens
    ranges = _verbatim(text, words)
    return _folded(text, words) if ranges is None else ranges


def _verbatim(text: str, words: Sequence[str]) -> tuple[Range, ...] | None:
    """Return ranges if only white space is between the words: the usual and the fast case."""
    ranges, position = [], 0
    for word in words:
        while position < len(text) and text[position].isspace():
            position += 1
        if not word.strip() or not text.startswith(word, position):
            return None
        ranges.append((position, position + len(word)))
        position += len(word)
    return None if text[position:].strip() else tuple(ranges)


def _folded(text: str, words: Sequence[str]) -> tuple[Range, ...]:
    """Return ranges by comparing simplified forms and going back to their characters."""
    characters, origins = _fold_with_origins(text)
    ranges: list[Range] = []
    position = 0
    for index, word in enumerate(words):
        simple = fold(word)
        if not simple or not characters.startswith(simple, position):
            raise _mismatch(text, index, word, _origin(origins, position, text))
        last = position + len(simple) - 1
        start, end = origins[position], origins[last] + 1
        if ranges and start < ranges[-1][1]:
            raise _mismatch(text, index, word, start)
        ranges.append((start, end))
        position = last + 1
    if position < len(characters):
        raise _mismatch(text, len(words), "the end", origins[position])
    return tuple(ranges)


def _fold_with_origins(text: str) -> tuple[str, list[int]]:
    folded: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        simple = fold(character)
        folded.append(simple)
        origins.extend([index] * len(simple))
    return "".join(folded), origins


def _origin(origins: Sequence[int], position: int, text: str) -> int:
    return origins[position] if position < len(origins) else len(text)


def _mismatch(text: str, index: int, word: str, at: int) -> InputError:
    return InputError(f"tokens-differ: token {index} is {word!r}, but the text goes on with "
                      f"{text[at:at + 20]!r} at character {at}")
