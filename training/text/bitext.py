"""A user's sentence pairs, without the sentences of test sets."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from training.text.corpus import Pair

_NO_LETTERS = re.compile(r"[\W_]+")


def read_bitext(path: Path) -> list[Pair]:
    """Return tab-separated pairs of English and another language, without repeated pairs."""
    with _opened(path) as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return list(dict.fromkeys((row[0], row[1]) for row in rows if len(row) == 2 and all(row)))


def without_tests(pairs: list[Pair], tests: Iterable[Path]) -> list[Pair]:
    """Return the pairs without a side that is a sentence of the tests.

    `tests`: files of JSON lines with `tokens`. Case, spaces and marks do not count.
    """
    known = {key for path in tests for key in _sentences(path)}
    return [pair for pair in pairs if not any(_key(text) in known for text in pair)]


def _sentences(path: Path) -> Iterable[str]:
    with _opened(path) as lines:
        for line in lines:
            yield _key(" ".join(json.loads(line)["tokens"]))


def _key(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")
