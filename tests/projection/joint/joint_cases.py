"""Random pairs, links and spans, and the real ones of the sample corpus."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from crosslabel.projection.evaluation.strict import Evaluation
from crosslabel.projection.files.pairs import Labelled, PairRow, read_pairs
from crosslabel.projection.interface import GivenSpan, Links, Projection, TextPair
from crosslabel.projection.words import side_from_tokens
from tests.projection.conftest import SAMPLES

LANGS = ("de", "es")
Linked = tuple[TextPair, Links]
Tables = dict[str, tuple[dict[str, Links], dict[str, Links]]]
"""By language, the links of each pair by the statistical aligner and by the encoder."""

tokens = st.lists(
    st.sampled_from(["the", "Berlin", "берлин", "1998", "of", ".", "«", "中", "x", "U.N.", "́",
                     "🙂", "Bank", "de"]),
    max_size=7,
)
langs = st.sampled_from(["en", "de", "zh", "xx", "tlh", "pt_BR", ""])


def links_of(cells: Sequence[tuple[int, int]], directions: np.ndarray) -> Links:
    """Links whose score is the mean of their directions."""
    both = np.asarray(directions, np.float32).reshape(-1, 2)
    pairs = np.array(cells, np.int32).reshape(-1, 2)
    return Links(pairs, both.mean(axis=1), None, both, learned_from=1000)


@st.composite
def linked(draw: st.DrawFn, wild: bool = False) -> Linked:
    """A pair with spans and soft links; ``wild`` spans may lie outside their text."""
    source, target = (side_from_tokens(draw(tokens), draw(langs)) for _ in range(2))
    ends = st.integers(-2, 40) if wild else st.integers(0, len(source.text))
    fragment = st.tuples(ends, ends)
    if not wild:
        fragment = fragment.filter(lambda ends: ends[0] < ends[1])
    some = st.lists(fragment, min_size=0 if wild else 1, max_size=3)
    given = draw(st.lists(some, max_size=4)) if wild or source.text else []
    spans = tuple(GivenSpan(str(n), "X", tuple(f)) for n, f in enumerate(given))
    cells = [(i, j) for i in range(len(source.words)) for j in range(len(target.words))]
    chosen = sorted(draw(st.sets(st.sampled_from(cells)))) if cells else []
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    links = links_of(chosen, random.choice([0.0, 0.01, 0.3, 0.9, 1.0], (len(chosen), 2)))
    return TextPair("p", source, target, spans), links


def sample(lang: str) -> list[PairRow]:
    """Rows of the sample corpus that is translated into ``lang``."""
    rows = [row for row in read_pairs(SAMPLES / f"ner.en-{lang}.jsonl") if isinstance(row, PairRow)]
    assert len(rows) == 72
    return rows


def words_of(rows: Sequence[PairRow]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Both sides of each row as words."""
    return [(row.pair.source.surface(), row.pair.target.surface()) for row in rows]


def f1_of(rows: Sequence[PairRow], found: Sequence[Sequence[Projection]]) -> float:
    """Strict F1 of projections."""
    evaluation = Evaluation()
    for row, projections in zip(rows, found, strict=True):
        predicted = [Labelled(p.fragments, p.label) for p in projections if p.fragments]
        evaluation.add(row.gold or (), predicted, [span.label for span in row.pair.spans])
    return evaluation.micro().f1


class TableSource:
    """Link source that knows the links of some pairs by their id, and remembers what it was asked.
    """

    def __init__(self, name: str, links: dict[str, Links]) -> None:
        self.name = name
        self.links = links
        self.asked: list[str] = []

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        self.asked += [pair.id for pair in pairs]
        return [self.links[pair.id] for pair in pairs]


def both_sources(tables: Tables, lang: str) -> list[TableSource]:
    """The two link sources of the cascade, cheap one first."""
    names = ("statistical", "softmax")
    return [TableSource(name, links) for name, links in zip(names, tables[lang], strict=True)]
