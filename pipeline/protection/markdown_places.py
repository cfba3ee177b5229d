"""Read the inline marks of Markdown with their places, which markdown-it does not note.

Each inline rule is wrapped: what it adds to the tokens comes from the characters that it took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crosslabel.projection.interface import Range

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_AT = "at"
_RULES = ("emphasis", "strikethrough", "link", "image")
_BLOCKS = ("heading", "lheading", "list", "blockquote", "hr", "table", "reference")
_InlineRule = Callable[["StateInline", bool], bool]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that opens and one that closes.

    Attributes:
        tag: its tag in HTML: ``em``, ``strong``, ``s``, ``a`` or ``img``.
    """

    tag: str
    opening: Range
    closing: Range


@lru_cache(maxsize=1)
def reader() -> MarkdownIt:
    """Return a reader of Markdown whose tokens know their places.

    It knows no code, HTML and addresses: they are found before, and covered.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("zero", {"maxNesting": 30})
    markdown.enable([*_RULES, *_BLOCKS, "balance_pairs", "newline", "escape"])
    for rule in list(markdown.inline.ruler.__rules__):
        if rule.name in _RULES:
            markdown.inline.ruler.at(rule.name, _noting(rule.name, rule.fn))
    return markdown


def marks(tokens: Sequence[Token]) -> Iterator[Mark]:
    """Yield the marks of an inline text from its tokens."""
    opened: list[Token] = []
    for token in tokens:
        at = token.meta.get(_AT)
        if token.nesting > 0:
            opened.append(token)
        elif token.nesting < 0 and opened:
            opening = opened.pop().meta.get(_AT)
            if at and opening:
                yield _pair(token.tag, opening, at)
        elif token.type == "image" and at:
            start, label, end = at
            yield Mark("img", (start, start + 2), (label, end))


def _pair(tag: str, opening: Range, closing: Range) -> Mark:
    if tag == "strong":  # It is noted at the inner one of its two signs.
        return Mark(tag, (opening[0] - 1, opening[1]), (closing[0], closing[1] + 1))
    return Mark(tag, opening, closing)


def _noting(name: str, rule: _InlineRule) -> _InlineRule:
    """Return a rule that writes into the tokens it adds from which characters they come."""

    def noting(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if silent:
            return True
        added = state.tokens[known:]
        if name == "link":
            label = state.md.helpers.parseLinkLabel(state, start, True)
            ends = [token for token in added if token.type in ("link_open", "link_close")]
            ends[0].meta[_AT] = (start, start + 1)
            ends[-1].meta[_AT] = (label, state.pos)
        elif name == "image":
            label = start + 2 + len(added[-1].content)
            added[-1].meta[_AT] = (start, label, state.pos)
        else:
            _note_signs(added, start, state.pos)
        return True

    return noting


def _note_signs(added: Sequence[Token], start: int, end: int) -> None:
    """Note the places of the signs of emphasis, each of which is a token for now."""
    for token in reversed(added):
        end -= len(token.content)
        if end < start:
            return
        token.meta[_AT] = (end, end + len(token.content))
