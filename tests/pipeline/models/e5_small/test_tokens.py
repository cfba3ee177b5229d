"""The tokenizer of e5-small gives the tokens and the offsets of the original one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.models.e5_small import package, tokenizer
from crosslabel.pipeline.models.e5_small.packed_file import opened

LINES = 50
"""Lines of a file that the quick test reads."""
AT_ONCE = 2000


@cache
def tokenizers() -> tuple[Any, Any]:
    """Ours and the original."""
    from tokenizers import Tokenizer

    original = pytest.importorskip("semantra_multilingual")
    file = package.installed()
    if file is None:
        pytest.skip(f"needs {package.REQUIREMENT}")
    with opened(file) as model:
        ours = tokenizer.built(model.pieces)
    return ours, Tokenizer.from_file(f"{original.get_asset_dir()}/tokenizer.json")


def same(texts: Iterable[str]) -> int:
    """Compare both on texts; gives the number of tokens."""
    count, rest = 0, iter(texts)
    while part := list(islice(rest, AT_ONCE)):
        ours, original = (one.encode_batch(part) for one in tokenizers())
        for text, mine, theirs in zip(part, ours, original, strict=True):
            assert (mine.ids, mine.offsets) == (theirs.ids, theirs.offsets), text
            count += len(mine.ids)
    return count


# Letters and marks that compose, forms that are decomposed, joiners, blanks.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.characters(min_codepoint=0x41, max_codepoint=0x24F),
    st.characters(min_codepoint=0x300, max_codepoint=0x345), st.sampled_from(" \t\n  \u200d▁<>/s"),
    st.characters(min_codepoint=0x370, max_codepoint=0x3FF),
    st.characters(min_codepoint=0x1E00, max_codepoint=0x1FFF),
    st.characters(min_codepoint=0xFB00, max_codepoint=0xFFEF),
)


@settings(max_examples=50)
@given(texts=st.lists(st.text(CHARACTERS, max_size=20), min_size=1, max_size=20))
def test_on_any_text(texts: list[str]) -> None:
    same(texts)


def test_every_character_is_normalised_as_in_the_original() -> None:
    ours, original = (one.normalizer.normalize_str for one in tokenizers())
    for code in (*range(0xD800), *range(0xE000, 0x30000)):
        assert ours(chr(code)) == original(chr(code)), hex(code)


def test_on_some_text_of_every_file(crosslabel_data: Path) -> None:
    files = sorted(file for file in crosslabel_data.rglob("*") if _has_text(file))
    assert same(text for file in files for text in islice(_texts(file), LINES)) > 50_000


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_on_all_text(crosslabel_data: Path) -> None:
    files = sorted(file for file in crosslabel_data.rglob("*") if _has_text(file))
    texts = dict.fromkeys(text for file in files for text in _texts(file))
    assert same(texts) > 10_000_000


def _has_text(file: Path) -> bool:
    return file.suffix in {".gz", ".txt", ".tsv", ".jsonl", ".md"}


def _texts(file: Path) -> Iterator[str]:
    """The cells of lines and the texts within lines of JSON."""
    with (gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz"
          else file.open(encoding="utf-8")) as lines:
        for line in lines:
            yield from _cells(line)


def _cells(line: str) -> Iterable[str]:
    try:
        return _strings(json.loads(line)) if line.startswith("{") else line.split("\t")
    except ValueError:  # a text that begins like JSON
        return line.split("\t")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
