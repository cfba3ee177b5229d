"""The words of a text as character ranges, by spaCy's rule-based tokenizers.

Chinese is cut into characters, except that runs of Latin letters and digits stay whole, because
foreign names are often labelled. Languages that spaCy does not know are cut by its multi-language
rules. Hyphens between letters cut a word in every language, as spaCy does in English: compounds
such as "Wien-Besuch" contain spans, and match "visit to Vienna" word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range, Side

_FALLBACK = "xx"
_WITH_EXTRA = ("ja", "th")
# spaCy's defaults for these need packages that its rule-based tokenizers do not need.
_RULE_BASED: dict[str, dict[str, Any]] = {
    "ko": {"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}},
    "vi": {"nlp": {"tokenizer": {"use_pyvi": False}}},
}
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")
_LATIN_RUN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")


def word_ranges(text: str, lang: str) -> tuple[Range, ...]:
    """Return the character range of each word of ``text``; white space is never a word.

    Args:
        lang: BCP-47 tag; only its primary subtag counts.

    Raises:
        InputError: the language needs an optional extra that is not installed.
    """
    return word_ranges_batch([text], lang)[0]


def word_ranges_batch(texts: Sequence[str], lang: str) -> list[tuple[Range, ...]]:
    """Return the word ranges of many texts of one language, in order (see :func:`word_ranges`)."""
    code = re.split(r"[-_]", lang.lower())[0]
    tokenizer = _tokenizer(code)
    ranges = (_ranges(tokenizer(text)) for text in texts)
    if code != "zh":
        return [tuple(words) for words in ranges]
    return [
        tuple(_join_latin(text, words)) for text, words in zip(texts, ranges, strict=True)
    ]


def side_from_tokens(tokens: Sequence[str], lang: str) -> Side:
    """Return a side whose words are the given tokens and whose text joins them by one space."""
    words: list[Range] = []
    start = 0
    for token in tokens:
        words.append((start, start + len(token)))
        start += len(token) + 1
    return Side(" ".join(tokens), tuple(words), lang)


@lru_cache(maxsize=64)
def _tokenizer(code: str) -> Any:
    return blank_pipeline(code).make_doc


def blank_pipeline(lang: str) -> Any:
    """Return a new rule-based spaCy pipeline that only cuts words (see :func:`word_ranges`)."""
    import spacy

    code = re.split(r"[-_]", lang.lower())[0]
    known = re.fullmatch(r"[a-z]{2,3}", code) and find_spec(f"spacy.lang.{code}")
    try:
        return spacy.blank(code if known else _FALLBACK, config=_RULE_BASED.get(code, {}))
    except ImportError as error:
        if code not in _WITH_EXTRA:
            raise
        raise InputError(f"words of language {code!r} need an extra: "
                         f"pip install 'crosslabel[{code}]'") from error


def _ranges(doc: Any) -> Iterator[Range]:
    for token in doc:
        if token.is_space:
            continue
        start, end = token.idx, token.idx + len(token)
        if _HYPHEN.search(token.text) and not (token.like_url or token.like_email):
            yield from _cut_at_hyphens(token.text, start)
        else:
            yield start, end


def _cut_at_hyphens(word: str, offset: int) -> Iterator[Range]:
    """Yield the parts of a word and the hyphens between them."""
    done = 0
    for hyphen in _HYPHEN.finditer(word):
        yield offset + done, offset + hyphen.start()
        yield offset + hyphen.start(), offset + hyphen.end()
        done = hyphen.end()
    yield offset + done, offset + len(word)


def _join_latin(text: str, characters: Iterator[Range]) -> Iterator[Range]:
    run: Range | None = None
    for start, end in characters:
        joins = run is not None and run[1] == start and _is_latin(text, *run)
        if run is not None and joins and _is_latin(text, start, end):
            run = (run[0], end)
            continue
        if run is not None:
            yield run
        run = (start, end)
    if run is not None:
        yield run


def _is_latin(text: str, start: int, end: int) -> bool:
    return all(map(_LATIN_RUN.match, text[start:end]))
