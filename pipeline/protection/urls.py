"""Web addresses: with a scheme, with www, or a bare domain of a well-known top-level domain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import NOT_AFTER_WORD, NOT_BEFORE_WORD, UNSPACED

KIND = "urls"
# An address ends at "](", and at a Chinese letter behind a Latin one, but not in wiki/東京.
_CHARACTER = (rf"(?:(?!\]\(|(?<=[A-Za-z0-9])[{UNSPACED}])"
              r"[^\s<>\"“”„«»\\^`|\ufdd0])")
_LETTER = rf"[^\W_{UNSPACED}]"
_LABEL = rf"{_LETTER}(?:[^\W{UNSPACED}]|-){{0,61}}(?<![_-])"
# Those that are no word of a common language, so that "now.so" is no address ...
_PLAIN = ("com|org|net|edu|gov|mil|info|biz|io|dev|app|eu|uk|de|fr|es|nl|ru|cn|jp|ch|pl|se|dk|fi|"
          "cz|br|ca|au|nz|ie|pt|gr|tr|ua|kr|tw|hk|sg|za|mx|ar|cl|hu|ro|bg|sk|tv|fm|gl|ly|xyz|online|"
          "shop|blog|cloud|museum|wiki|site|tech|news|example|invalid|test|localhost|onion")
# ... and those that are; they need a path or a further label.
_WORDS = ("at|be|is|it|no|so|to|in|me|us|my|am|as|co|by|ai|la|lu|li|cc|id|il|si|ee|lt|lv|rs|hr|vn|"
          "th|ph")
_TAIL = rf"(?::\d{{2,5}})?(?:[/?#]{_CHARACTER}*+)?"
_URL = re.compile(
    rf"{NOT_AFTER_WORD}(?<!@)(?:"
    rf"(?:https?|ftps?|sftp|ssh|git|file|wss?|s3|irc|ldap|magnet|market)://{_CHARACTER}++"
    rf"|(?:mailto|tel|sms|doi|urn|data|xmpp|skype):(?=[\w+])[^\s,;<>\"“”„«»\\^`|\ufdd0]{{4,}}+"
    rf"|www\d?\.{_CHARACTER}++)", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"{NOT_AFTER_WORD}(?<![@/.\-])(?:(?:{_LABEL}\.)+(?:{_PLAIN}){NOT_BEFORE_WORD}(?!-|\.\w|@){_TAIL}"
    rf"|(?:{_LABEL}\.){{2,}}(?:{_WORDS}){NOT_BEFORE_WORD}(?!-|\.\w|@){_TAIL}"
    rf"|(?:{_LABEL}\.)+(?:{_WORDS})(?::\d{{2,5}})?/{_CHARACTER}++"
    rf"|(?:[A-Z0-9-]{{3,63}}\.)+(?:COM|ORG|EDU|GOV)\b(?!\.\w)"
    rf"|(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?::\d{{2,5}})?/{_CHARACTER}*+)")
_HINT = re.compile(r"[.:][\w/+]")
_CLOSING = {")": "(", "]": "[", "}": "{", "）": "（"}
_TRAILING = ".,;:!?'’\"*_~…。，、；：！？"


def find_urls(text: str) -> Iterator[Part]:
    """Yield the web addresses of a text, without the punctuation that follows them."""
    if not _HINT.search(text):
        return
    for pattern in (_URL, _DOMAIN):
        for match in pattern.finditer(text):
            end = match.start() + len(_trimmed(match.group()))
            if end - match.start() > 4:
                yield Part(*with_brackets(text, match.start(), end), KIND, "name")


def with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of an address with the angle brackets around it, if there are any."""
    if text[max(0, start - 1):start] == "<" and text[end:end + 1] == ">":
        return start - 1, end + 1
    return start, end


def _trimmed(address: str) -> str:
    """Return an address without punctuation and brackets of the sentence at its end."""
    while address:
        last = address[-1]
        opening = _CLOSING.get(last)
        if last in _TRAILING or last in "([{（" or (
                opening and address.count(last) > address.count(opening)):
            address = address[:-1]
        else:
            break
    return address
