"""Valid files made wrong: by bytes, by lines, and by what stands in their JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

PIECES = (
    b"", b"\n", b"\n\n", b"\r", b"\r\n", b"\t", b" ", b"  ", b"\x00", b"\x0b", b"\x0c", b"\x1c",
    b"\x1b[31m", b"\x7f", b"\xff", b"\xc3", b"\xef\xbb\xbf", "\x85".encode(), "\u2028".encode(),
    "\u00a0".encode(), "\u00ad".encode(), "\u200b".encode(), "\u202e".encode(), "\ufeff".encode(),
    "e\u0301".encode(), "\U0001f600".encode(), "\ufdfa".encode(), "½".encode(), b"\\ud800",
    b"\\udc00", b"\\u0000", b"\\", b'"', b'""', b"'", b"`", b"#", b"# ", b"#\t", b"=", b":", b",",
    b"-", b"_", b"O", b"B-X", b"I-", b"-DOCSTART-", b"[", b"]", b"{", b"}", b"[" * 2000,
    b'{"a":' * 990, b"0", b"-1", b"-0.0", b"1e999", b"NaN", b"Infinity", b"9" * 30, b"9" * 5000,
    b"1-2\t", b"5.1\t", b"null", b"true", b"/", b"../", b"&a ", b"*a", b"!!int ", b"!!bool ",
    b"<<: ", b"2020-99-99", b"%", b"|", b">", b"- ",
)
"""Pieces of files that readers have to tell apart, or that are no text at all."""


def nested(depth: int) -> list[Any]:
    """A list within a list, so many levels deep."""
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


VALUES: Sequence[Any] = (
    None, True, False, 0, 1, -1, 3, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, "", " ", "1", "a",
    "en", "\x00", "\n", "\ud800", "\u202e\x1b[2J", "[red]", "a" * 3000, "B-PER", "O", "_", "text",
    "words", "spans",
    "../../x", "/etc", "x" * 300, [], {}, [[]], [None], [0, 1], [1, 0], [[0, 1]], ["a"], ["a", ""],
    [{}], {"a": 1}, {"": ""}, {"text": "a"}, {"start": 0, "end": 1, "label": "X"},
    {"\ud800": 1}, nested(90), nested(150), nested(400),
)
"""Values that a key may wrongly have."""

Edit = Callable[[DrawFn, bytes, Sequence[bytes]], bytes]


def _place(draw: DrawFn, content: bytes) -> int:
    return draw(st.integers(0, len(content)))


def _stretch(draw: DrawFn, content: bytes, longest: int = 60) -> tuple[int, int]:
    start = _place(draw, content)
    return start, min(len(content), start + draw(st.integers(0, longest)))


def _insert(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    place = _place(draw, content)
    return content[:place] + draw(st.sampled_from(PIECES)) + content[place:]


def _replace(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _stretch(draw, content)
    return content[:start] + draw(st.sampled_from(PIECES)) + content[end:]


def _delete(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _stretch(draw, content)
    return content[:start] + content[end:]


def _repeat(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _stretch(draw, content)
    return content[:end] + content[start:end] * draw(st.integers(1, 20)) + content[end:]


def _cut(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    return content[: _place(draw, content)]


def _flip(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    place = _place(draw, content)
    return content[:place] + bytes([draw(st.integers(0, 255))]) + content[place + 1 :]


def _splice(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    other = draw(st.sampled_from(seeds))
    return content[: _place(draw, content)] + other[_place(draw, other) :]


def _swap_lines(draw: DrawFn, content: bytes, seeds: Sequence[bytes]) -> bytes:
    lines = content.split(b"\n")
    here, there = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[here], lines[there] = lines[there], lines[here]
    return b"\n".join(lines)


_EDITS: Sequence[Edit] = (_insert, _replace, _delete, _repeat, _cut, _flip, _splice, _swap_lines)


@st.composite
def mutated(draw: DrawFn, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds after some edits of its bytes; now and then bytes of any kind."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.binary(max_size=200))
    content = draw(st.sampled_from(seeds))
    for edit in draw(st.lists(st.sampled_from(_EDITS), min_size=1, max_size=5)):
        content = edit(draw, content, seeds)
    return content


@st.composite
def mutated_value(draw: DrawFn, seeds: Sequence[Any]) -> Any:
    """One of the JSON seeds with some of its values replaced, left out, nested or renamed."""
    value = json.loads(json.dumps(draw(st.sampled_from(seeds))))
    for _ in range(draw(st.integers(1, 4))):
        value = _mutate(draw, value)
    return value


def _mutate(draw: DrawFn, value: Any) -> Any:
    """Change ``value`` or something within it."""
    inner = list(value) if isinstance(value, dict) else range(
        len(value) if isinstance(value, list) else 0)
    if not inner or draw(st.integers(0, 5)) == 0:
        other = copy.deepcopy(draw(st.sampled_from(VALUES)))
        return draw(st.sampled_from([other, [value], {"text": value}]))
    key: Any = draw(st.sampled_from(list(inner)))
    change = draw(st.sampled_from(("within", "within", "drop", "repeat", "rename")))
    if change == "within":
        value[key] = _mutate(draw, value[key])
    elif change == "drop":
        del value[key]
    elif isinstance(value, list):
        value.insert(key, copy.deepcopy(value[key]))
    else:
        name = draw(st.sampled_from(("id", "text", "label", "", "a\nb", "\ud800", "x" * 2000)))
        value[name] = copy.deepcopy(value[key]) if change == "repeat" else value.pop(key)
    return value


def json_lines(seeds: Sequence[Any]) -> SearchStrategy[bytes]:
    """Files with a mutated row per line, and files of such rows with their bytes mutated."""
    rows = st.lists(mutated_value(seeds), min_size=1, max_size=3).map(_as_lines)
    return st.one_of(rows, mutated([_as_lines([seed]) for seed in seeds]))


def json_files(seeds: Sequence[Any]) -> SearchStrategy[bytes]:
    """Files that are one mutated JSON value."""
    whole = mutated_value(seeds).map(lambda value: json.dumps(value).encode())
    return st.one_of(whole, mutated([json.dumps(seed).encode() for seed in seeds]))


def _as_lines(rows: Sequence[Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
