"""Where a tokenised sentence has spaces: the rules of the Moses detokeniser and a few more.

Each word gets a role: it sticks to its left neighbour, to its right one, to both or to none. A gap
between two words is a space unless one of them sticks to the other. The words themselves are never
touched, so whatever a rule gets wrong costs a space, not a character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crosslabel.pipeline.text.detokenize.quotes import QuoteReader, is_quote
from crosslabel.pipeline.text.detokenize.sticks import Sticks
from crosslabel.projection.scripts import is_unspaced, is_unspaced_character, primary_subtag

# Punctuation that closes or separates, and punctuation that opens.
_CLOSING = re.compile(r"[,.?!:;%‰°)\]}…·™®©²³。，、！？：；）】》〉」』।॥،؛؟۔՝։]+")
_OPENING = re.compile(r"[(\[{¿¡（【《〈「『#@]+")
_CURRENCY = re.compile(r"(?:US|A|C|HK|NZ|R)?\$|[£€¥₹₩₽₺]")
_PERCENT = re.compile(r"[%‰]")
_NUMBER = re.compile(r"\d[\d.,]*")
_SLASH = re.compile(r"[/_\\]")
_HYPHEN = re.compile(r"[-‐‑]")
_DASH_OF_NUMBERS = re.compile(r"[-‐‑–:./]")
_HYPHENATED = re.compile(r"\w[-‐‑]\w")
_LETTERS = re.compile(r"[^\W\d_]")

_PERCENT_APART = frozenset({"cs", "da", "de", "fi", "nb", "nn", "no", "ru", "sk", "sv"})
_FRENCH_APART = re.compile(r"[?!:;]+")
_HYPHEN_ENDS_WORD = frozenset({"und", "oder", "bzw.", "sowie", "bis", "en", "of", "och", "og"})

_ENGLISH_CLITIC = re.compile(r"['’](?:s|m|d|re|ve|ll|t)|n['’]?t", re.IGNORECASE)
_ENGLISH_MERGED = {("can", "not"), ("gon", "na"), ("wan", "na"), ("got", "ta"), ("gim", "me"),
                   ("lem", "me")}
_NUMBER_SUFFIX = re.compile(r"st|nd|rd|th|s")
_ELISION = re.compile(r"\w*[^\W\d_]['’]")
_ELIDING = frozenset({"ca", "co", "fr", "ga", "it", "lij", "oc"})
_ITALIAN_CUT_WORDS = frozenset({"po", "mo", "di", "fa", "va", "sta", "da"})
_CLITIC = re.compile(r"[-‐‑][^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_CLITIC_LANGUAGES = frozenset({"ca", "fr", "pt", "ro"})


def spaces_before(words: Sequence[str], lang: str) -> list[bool]:
    """Say for each word whether a space stands before it; the first never has one.

    Args:
        words: non-empty strings.
        lang: BCP-47 tag; only its first part matters here.
    """
    language = primary_subtag(lang)
    roles = _roles(words, language)
    gaps = [False] * len(words)
    for here in range(1, len(words)):
        before = here - 1
        stuck = Sticks.RIGHT in roles[before] or Sticks.LEFT in roles[here]
        gaps[here] = not stuck and not _same_script(words[before], words[here], language)
    return gaps


def _roles(words: Sequence[str], language: str) -> list[Sticks]:
    quotes = QuoteReader(words, language)
    hyphens_kept = any(_HYPHENATED.search(word) for word in words) or language == "fr"
    roles = []
    for here, word in enumerate(words):
        before = words[here - 1] if here else ""
        after = words[here + 1] if here + 1 < len(words) else ""
        if is_quote(word):
            roles.append(quotes.role(here))
        elif _HYPHEN.fullmatch(word):
            roles.append(_hyphen(before, after, hyphens_kept))
        else:
            roles.append(_role(before, word, after, language))
    return roles


def _role(before: str, word: str, after: str, language: str) -> Sticks:
    if _SLASH.fullmatch(word) or _joins_numbers(before, word, after):
        return Sticks.BOTH
    if _CURRENCY.fullmatch(word):
        return Sticks.RIGHT if _NUMBER.match(after) else Sticks.NONE
    if _OPENING.fullmatch(word):
        return Sticks.RIGHT
    if _CLOSING.fullmatch(word):
        return Sticks.NONE if _stands_apart(word, language) else Sticks.LEFT
    return _clitic(before, word, after, language)


def _stands_apart(word: str, language: str) -> bool:
    if _PERCENT.fullmatch(word):
        return language in _PERCENT_APART
    return language == "fr" and _FRENCH_APART.fullmatch(word) is not None


def _joins_numbers(before: str, word: str, after: str) -> bool:
    return (_DASH_OF_NUMBERS.fullmatch(word) is not None
            and before[-1:].isdigit() and after[:1].isdigit())


def _hyphen(before: str, after: str, hyphens_kept: bool) -> Sticks:
    """A hyphen between words joins them unless this sentence keeps its hyphens inside words."""
    if before[-1:].isdigit() and after[:1].isdigit():
        return Sticks.BOTH
    if not before[-1:].isalnum() or not after[:1].isalnum():
        return Sticks.NONE
    if after in _HYPHEN_ENDS_WORD:
        return Sticks.LEFT
    return Sticks.NONE if hyphens_kept else Sticks.BOTH


def _clitic(before: str, word: str, after: str, language: str) -> Sticks:
    if language == "en":
        return Sticks.LEFT if _english_ending(before, word) else Sticks.NONE
    if language in _ELIDING and _ELISION.fullmatch(word) and _LETTERS.match(after):
        cut_short = language == "it" and word[:-1].lower() in _ITALIAN_CUT_WORDS
        return Sticks.NONE if cut_short else Sticks.RIGHT
    if language in _CLITIC_LANGUAGES and _CLITIC.fullmatch(word):
        return Sticks.LEFT
    return Sticks.NONE


def _english_ending(before: str, word: str) -> bool:
    if before[-1:].isdigit() and _NUMBER_SUFFIX.fullmatch(word):
        return True
    merged = (before.lower(), word.lower()) in _ENGLISH_MERGED
    return merged or _ENGLISH_CLITIC.fullmatch(word) is not None


def _same_script(before: str, word: str, language: str) -> bool:
    """No space between two characters of a script that is written without spaces.

    In a language of such a script only two Latin words are apart.
    """
    left, right = is_unspaced_character(before[-1]), is_unspaced_character(word[0])
    if is_unspaced(language):
        return left or right or not (before[-1].isalnum() and word[0].isalnum())
    return left and right
