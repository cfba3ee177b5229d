"""Valid files made wrong: by bytes, by lines, and by what stands in their JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

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

Edit = Callable[[Random, bytes, Sequence[bytes]], bytes]


def _place(chance: Random, content: bytes) -> int:
    return chance.randint(0, len(content))


def _stretch(chance: Random, content: bytes, longest: int = 60) -> tuple[int, int]:
    start = _place(chance, content)
    return start, min(len(content), start + chance.randint(0, longest))


def _insert(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    place = _place(chance, content)
    return content[:place] + chance.choice(PIECES) + content[place:]


def _replace(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _stretch(chance, content)
    return content[:start] + chance.choice(PIECES) + content[end:]


def _delete(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _stretch(chance, content)
    return content[:start] + content[end:]


def _repeat(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _stretch(chance, content)
    return content[:end] + content[start:end] * chance.randint(1, 20) + content[end:]


def _cut(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    return content[: _place(chance, content)]


def _set_byte(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    place = _place(chance, content)
    return content[:place] + chance.randbytes(1) + content[place + 1 :]


def _splice(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return content[: _place(chance, content)] + other[_place(chance, other) :]


def _swap_lines(chance: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    lines = content.split(b"\n")
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[here], lines[there] = lines[there], lines[here]
    return b"\n".join(lines)


_EDITS: Sequence[Edit] = (
    _insert, _replace, _delete, _repeat, _cut, _set_byte, _splice, _swap_lines,
)


def by_chance(make: Callable[[Random], bytes]) -> SearchStrategy[bytes]:
    """What is made by chance from one number: far cheaper than to draw each choice."""
    return st.integers(0, 2**64 - 1).map(lambda number: make(Random(number)))


def mutate(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds after some edits of its bytes; now and then bytes of any kind."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randint(0, 200))
    content = chance.choice(seeds)
    for _ in range(chance.randint(1, 5)):
        content = chance.choice(_EDITS)(chance, content, seeds)
    return content


def mutate_value(chance: Random, seeds: Sequence[Any]) -> Any:
    """One of the JSON seeds with some of its values replaced, left out, nested or renamed."""
    value = copy.deepcopy(chance.choice(seeds))
    for _ in range(chance.randint(1, 4)):
        value = _change(chance, value)
    return value


def _change(chance: Random, value: Any) -> Any:
    """Change ``value`` or something within it."""
    keys = list(value) if isinstance(value, dict) else list(
        range(len(value)) if isinstance(value, list) else ())
    if not keys or chance.random() < 0.15:
        return chance.choice([copy.deepcopy(chance.choice(VALUES)), [value], {"text": value}])
    key: Any = chance.choice(keys)
    change = chance.choice(("within", "within", "drop", "repeat", "rename"))
    if change == "within":
        value[key] = _change(chance, value[key])
    elif change == "drop":
        del value[key]
    elif isinstance(value, list):
        value.insert(key, copy.deepcopy(value[key]))
    else:
        name = chance.choice(("id", "text", "label", "", "a\nb", "\ud800", "x" * 2000))
        value[name] = copy.deepcopy(value[key]) if change == "repeat" else value.pop(key)
    return value


def mutated(seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Files with their bytes mutated."""
    return by_chance(lambda chance: mutate(chance, seeds))


def json_lines(seeds: Sequence[Any]) -> SearchStrategy[bytes]:
    """Files with a mutated row per line, and files of such rows with their bytes mutated."""
    lines = [_as_lines([seed]) for seed in seeds]

    def make(chance: Random) -> bytes:
        if chance.random() < 0.5:
            return mutate(chance, lines)
        return _as_lines([mutate_value(chance, seeds) for _ in range(chance.randint(1, 3))])

    return by_chance(make)


def json_files(seeds: Sequence[Any]) -> SearchStrategy[bytes]:
    """Files that are one mutated JSON value."""
    whole = [json.dumps(seed).encode() for seed in seeds]

    def make(chance: Random) -> bytes:
        if chance.random() < 0.5:
            return mutate(chance, whole)
        return json.dumps(mutate_value(chance, seeds)).encode()

    return by_chance(make)


def _as_lines(rows: Sequence[Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
