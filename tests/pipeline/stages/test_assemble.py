"""Translated segments put together to texts: what stands between them, and where each one is."""

from __future__ import annotations

import pytest

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.stages.shard_texts import Assembled, assemble
from crosslabel.pipeline.translation.translator import Translation


def assembled(
    text: str, pieces: list[str], lang: str, translations: list[str], to: str
) -> Assembled:
    """The translation of a text whose segments are ``pieces``, in order."""
    ranges, done = [], 0
    for piece in pieces:
        start = text.index(piece, done)
        done = start + len(piece)
        ranges.append(("text", (start, done)))
    row = SourceRow(1, Example("1", "text", lang, {"text": text}), tuple(ranges))
    return assemble(row, [Translation(own) for own in translations], to)


@pytest.mark.parametrize(("text", "pieces", "lang", "to", "expected"), [
    ("One. Two.", ["One.", "Two."], "en", "de", "A. B."),
    ("One.\n\n  Two.", ["One.", "Two."], "en", "zh", "A.\n\n  B."),
    ("One. Two.", ["One.", "Two."], "en", "zh", "A.B."),
    ("一。二。", ["一。", "二。"], "zh", "en", "A. B."),
    ("一。二。", ["一。", "二。"], "zh-TW", "ja", "A.B."),
    ("“一。”二。", ["“一。”", "二。"], "zh", "en", "A. B."),
    ("One.Two.", ["One.", "Two."], "en", "de", "A.B."),
    (" 一。\n二。 ", ["一。", "二。"], "zh", "en", " A.\nB. "),
])
def test_spaces_between_segments(
    text: str, pieces: list[str], lang: str, to: str, expected: str
) -> None:
    found = assembled(text, pieces, lang, ["A.", "B."], to)
    assert found.fields == {"text": expected}
    assert [found.fields["text"][slice(*s.a)] for s in found.segments] == ["A.", "B."]
    assert [text[slice(*s.b)] for s in found.segments] == pieces
