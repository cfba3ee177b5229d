"""Word links in the Pharaoh format (``i-j`` per link), and links made by other systems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from crosslabel.projection.errors import InputError, at
from crosslabel.projection.files.jsonl import RowError, rows
from crosslabel.projection.files.lines import lines
from crosslabel.projection.interface import Links, TextPair

Link = tuple[int, int]
NO_LINKS_GIVEN = "no links given for this pair"
_LINK = re.compile(r"(\d{1,9})-(\d{1,9})")


def format_pharaoh(links: Links) -> str:
    """Return one line of ``i-j`` links (source-target, from 0), sorted, without a line end."""
    return " ".join(f"{i}-{j}" for i, j in links.pairs.tolist())


def parse_pharaoh(text: str) -> tuple[Link, ...]:
    """Return the links of one line, sorted and unique.

    Raises:
        InputError: the line contains something that is not a link.
    """
    parts = [(_LINK.fullmatch(part), part) for part in text.split()]
    wrong = next((part for match, part in parts if match is None), None)
    if wrong is not None:
        raise InputError(f"{wrong[:40]!r} is not a link; write links as i-j, counted from 0")
    return tuple(sorted({(int(match[1]), int(match[2])) for match, _ in parts if match}))


def read_pharaoh(path: Path) -> Iterator[tuple[Link, ...]]:
    """Yield the links of every line of a file, plain or compressed; an empty line has no links.

    Raises:
        InputError: names the file and the row that cannot be read.
    """
    for number, line in lines(path):
        try:
            links = parse_pharaoh(line.decode("utf-8", errors="replace"))
        except InputError as error:
            raise InputError(f"{at(path, number)}: {error}") from error
        yield links


class GivenLinks:
    """Link source for links made by another system; all scores are 1.

    Links to words that a pair does not have are dropped and counted in ``dropped``, by reason. A
    pair that has no entry gets no links, and its spans abstain for that reason.

    Args:
        by_id: links of each pair, by its id.
        name: name of the system the links come from.
    """

    def __init__(self, by_id: Mapping[str, Iterable[Link]], name: str = "given") -> None:
        self._by_id = by_id
        self._name = name
        self.dropped: Counter[str] = Counter()

    @classmethod
    def from_pharaoh(cls, path: Path, ids: Sequence[str | None]) -> GivenLinks:
        """Read the links of a Pharaoh file whose lines follow the rows of a pair file.

        Args:
            ids: id of the pair in each row; ``None`` for a row that is not used.

        Raises:
            InputError: a line cannot be read, or there are not as many lines as rows.
        """
        by_row = list(read_pharaoh(path))
        if len(by_row) != len(ids):
            raise InputError(f"{path}: {len(by_row)} lines of links for {len(ids)} pairs; "
                             "give one line per row of the pair file")
        named = zip(ids, by_row, strict=True)
        return cls({pair_id: links for pair_id, links in named if pair_id is not None})

    @classmethod
    def from_jsonl(cls, path: Path, key: str) -> GivenLinks:
        """Read the links of a JSON-lines file of ``{"id", "alignments": {key: "i-j ..."}}`` rows.

        Raises:
            InputError: a row cannot be read, or no row has links under ``key``.
        """
        by_id: dict[str, tuple[Link, ...]] = {}
        names: set[str] = set()
        for number, row in rows(path):
            if isinstance(row, RowError):
                raise InputError(f"{at(path, number)}: {row.problem}")
            pair_id, alignments = row.get("id"), row.get("alignments")
            if not isinstance(pair_id, str) or not isinstance(alignments, dict):
                raise InputError(f"{at(path, number)}: needs 'id' (text) and 'alignments' (object)")
            names.update(alignments)
            if key in alignments:
                by_id[pair_id] = _parse_value(alignments[key], at(path, number))
        if key not in names:
            raise InputError(f"{path}: no links named {key!r}; it has: {', '.join(sorted(names))}")
        return cls(by_id, key)

    @property
    def name(self) -> str:
        """The name of the system the links come from."""
        return self._name

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Return the links of every pair, in order."""
        return [self._links(pair) for pair in pairs]

    def _links(self, pair: TextPair) -> Links:
        given = self._by_id.get(pair.id)
        kept = [link for link in sorted(set(given or ())) if self._in_range(link, pair)]
        return Links(
            np.array(kept, dtype=np.int32).reshape(-1, 2),
            np.ones(len(kept), dtype=np.float32),
            reason=NO_LINKS_GIVEN if given is None else None,
        )

    def _in_range(self, link: Link, pair: TextPair) -> bool:
        if link[0] >= len(pair.source.words):
            self.dropped["source word out of range"] += 1
            return False
        if link[1] >= len(pair.target.words):
            self.dropped["target word out of range"] += 1
            return False
        return True


def _parse_value(value: object, place: str) -> tuple[Link, ...]:
    if not isinstance(value, str):
        raise InputError(f"{place}: links must be text such as '0-0 1-2'")
    try:
        return parse_pharaoh(value)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
