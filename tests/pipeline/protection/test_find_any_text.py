"""Whatever a text is made of: parts lie in it, in order and apart, and pairs are nested."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.protection.find import Finder
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.rules import RULES, Rules
from tests.pipeline.protection.finding import western

_FINDER = Finder(Rules(RULES, terms=("b", "x y"), patterns=(r"b\*", "<")), western)
_PIECES = st.sampled_from([
    "<b>", "</b>", "<i>", "</i>", "<p class='a'>", "<br/>", "<", ">", "</", "<!--", "-->", "<code>",
    "</code>", "<script>", "</script>", "&amp;", "&", ";", "*", "**", "_", "__", "~~", "[", "](",
    ")", "![", "`", "```", "~~~", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\begin{a}", "\\end{a}",
    "\\", "{", "}", "{x}", "{n, plural, ", "%s", "%", "@", "#", "http://", "www.", "a.org", "/",
    "- ", "1. ", "> ", "# ", "|", "|---|\n", "---\n", "===\n", "\n", "\r\n", "\r", "\n\n", "\t",
    "\0", " ", "a", "b", "x y", "1", "2024", "_x", "Ж", "東", "😀", "🇩", "\u200d", "\ufe0f",
    "\u0301", "\xad",
    "\ufdd0", "\u0600", "\u200c", "[ref]: ", "[^1]", "=", "+49 421 123456", ".", ",", "'", '"',
])
_TEXTS = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=30).map("".join))


@settings(max_examples=200)
@given(_TEXTS)
def test_parts_are_in_order_and_apart_and_pairs_are_nested(text: str) -> None:
    [parts] = _FINDER.find([text])
    done = 0
    opened: list[int] = []
    closed: set[int] = set()
    for part in parts:
        assert done <= part.start < part.end <= len(text)
        assert part.pair is None or part.shape == "mark"
        done = part.end
        if part.pair is None:
            continue
        assert part.pair not in closed
        if opened and opened[-1] == part.pair:
            closed.add(opened.pop())
        else:
            opened.append(part.pair)
    assert not opened
    assert sorted(closed) == list(range(len(closed)))


@settings(max_examples=50)
@given(st.lists(_TEXTS, max_size=4))
def test_texts_do_not_change_what_is_found_in_others(texts: list[str]) -> None:
    assert _FINDER.find(texts) == [_alone(text) for text in texts]


def _alone(text: str) -> tuple[Part, ...]:
    [parts] = _FINDER.find([text])
    return parts


@pytest.mark.parametrize("piece", [
    "<", "<a ", '<a x="', "<!--", "<b>", "<b><i></b>", "<script>", "[", "![", "[a](", "*", "**a ",
    "_a", "`", "``a`", "$a", "$", "\\(", "\\begin{a}", "{", "{a,plural,", "<%",
    "&uuml;", "@a.", "a@", "a.", "a-", "a_", "1.", "1-", "+1 ", "a/", "/a", "\\a", "aBc",
    "\n- ", "\n> ", "|a|", "---\n",
    "😀", "🇩", "\u200d", "http://(", "[a]: b\n", "東",
])
def test_the_time_grows_no_faster_than_the_text(piece: str) -> None:
    """Five thousand characters take far less than a second; a pattern that explodes never ends."""
    started = time.process_time()
    _FINDER.find([piece * (5000 // len(piece))])
    assert time.process_time() - started < 5
