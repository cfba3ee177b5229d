"""Text that cannot control a terminal: every character that is not printable becomes a space."""

from __future__ import annotations

_JOINERS = frozenset("\u200c\u200d")
"""Part of the spelling of Persian, Hindi and of emoji; they do not move the cursor."""

MAX_MESSAGE = 1000
"""Characters of a message, which may quote something as long as a file."""


def plain(text: str) -> str:
    """Return a text with a space for each character that is not printable.

    These are escape sequences and other control characters, line ends, marks that change the
    direction of the text after them, and halves of characters, which cannot be written at all.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)


def one_line(text: str) -> str:
    """Return a text as a plain line of at most :data:`MAX_MESSAGE` characters.

    A longer text is cut in the middle, because the place stands first and the way out last.
    """
    if len(text) <= MAX_MESSAGE:
        return plain(text)
    half = MAX_MESSAGE // 2
    return f"{plain(text[:half])} … {plain(text[-half + 3:])}"
