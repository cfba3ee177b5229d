"""Text that cannot steer a terminal: what is not to be seen becomes a space."""

from __future__ import annotations

_JOINERS = frozenset("\u200c\u200d")
"""Part of the spelling of Persian, Hindi and of emoji; they move nothing."""

MAX_MESSAGE = 1000
"""Characters of a message: what it quotes may be as long as a file."""


def plain(text: str) -> str:
    """``text`` with a space for each character that is not printable.

    These are escape sequences and other control characters, line ends, marks that turn the
    direction of what follows them, and halves of characters, which cannot be written at all.
    """
    if text.isprintable():
        return text
    return "".join(own if own.isprintable() or own in _JOINERS else " " for own in text)


def one_line(text: str) -> str:
    """``text`` as a plain line of no more than :data:`MAX_MESSAGE` characters.

    What is left out is in the middle: the place stands first, the way out last.
    """
    if len(text) <= MAX_MESSAGE:
        return plain(text)
    half = MAX_MESSAGE // 2
    return f"{plain(text[:half])} … {plain(text[-half + 3:])}"
