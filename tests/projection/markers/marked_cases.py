"""Texts with ranges to mark."""

from __future__ import annotations

from hypothesis import strategies as st

Ranges = list[tuple[int, int]]
_TOKENS = ["Ana", "Rome", "in", "a", "B", "über", "3", "é", "x-y"]


@st.composite
def any_texts(draw: st.DrawFn) -> tuple[str, Ranges]:
    """Any text; ranges begin and end with a visible character."""
    text = draw(st.text(alphabet="ab ü中.\n", min_size=1, max_size=20))
    visible = [place for place, character in enumerate(text) if not character.isspace()]
    if not visible:
        return text, []
    ends = st.tuples(st.sampled_from(visible), st.sampled_from(visible))
    return text, [(min(p), max(p) + 1) for p in draw(st.lists(ends, max_size=5))]


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, Ranges]:
    """Words with punctuation written against them; ranges of words."""
    text = ""
    words: Ranges = []
    for _ in range(draw(st.integers(1, 8))):
        before = draw(st.sampled_from(["", "("]))
        after = draw(st.sampled_from(["", ",", ").", "?"]))
        gap = draw(st.sampled_from([" ", "  ", "\n"])) if text else ""
        for piece in (gap + before, draw(st.sampled_from(_TOKENS)), after):
            start = len(text) + len(piece) - len(piece.lstrip())
            text += piece
            if start < len(text):
                words.append((start, len(text)))
    pairs = st.tuples(st.sampled_from(words), st.sampled_from(words))
    chosen = draw(st.lists(pairs, max_size=4))
    return text, [(min(p)[0], max(p)[1]) for p in chosen]


def apart(ranges: Ranges) -> Ranges:
    """Those ranges that begin after all before them ended, in order."""
    kept: Ranges = []
    for start, end in sorted(ranges):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
