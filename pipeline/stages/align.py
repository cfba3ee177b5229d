"""The aligner of one language of a build: committed parts in, a committed aligner out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.aligner.bitext import evenly
from crosslabel.pipeline.aligner.files import read_aligner
from crosslabel.pipeline.aligner.training import Trained, sides, train_aligner
from crosslabel.pipeline.planning.language import LanguagePlan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.storage.files import committed, write_json
from crosslabel.pipeline.storage.location import Location


@dataclass(frozen=True, slots=True)
class AlignerRef:
    """A committed aligner; ``seconds`` is 0 if it was committed already.

    Attributes:
        warning: one line about lines of the bitext that cannot be used; ``None`` without any.
    """

    lang: str
    corpus_pairs: int
    bitext_pairs: int
    warning: str | None
    seconds: float = 0.0


def run_aligner(plan: Plan, lang: str) -> AlignerRef:
    """Train and commit the statistical aligner of a language, unless it is committed.

    The parts that it learns from must be committed, and the plan must name an aligner.

    Raises:
        InputError: the bitext cannot be read.
    """
    language = plan.languages[lang]
    assert language.aligner is not None
    started = time.perf_counter()
    marker = read_aligner(language.aligner)
    if marker is not None:
        return _reference(lang, marker, 0.0)
    side_a, side_b = plan.recipe.sides(lang)
    trained = train_aligner(
        sides(_texts(plan, language), side_b, side_a),
        plan.bitext(lang),
        plan.recipe.projection.max_pairs,
    )
    marker = _commit(language.aligner, trained)
    return _reference(lang, marker, time.perf_counter() - started)


def _reference(lang: str, marker: dict[str, Any], seconds: float) -> AlignerRef:
    pairs = marker["corpus_pairs"], marker["bitext_pairs"]
    return AlignerRef(lang, *pairs, marker["warning"], seconds)


def _texts(plan: Plan, language: LanguagePlan) -> Iterator[tuple[str, str]]:
    """Yield distinct segments of side b with those of side a, part by part, at most as many as
    are used, at even distances."""
    rows: dict[int, set[int]] = {slot: set() for slot in language.learnt}
    for shard in range(len(plan.source.hashes)):
        for slot, row in (*language.places(shard), *language.carried_places(shard)):
            if slot in rows:
                rows[slot].add(row)
    total = sum(map(len, rows.values()))
    texts = evenly(_translated(language, rows), total, plan.recipe.projection.max_pairs)
    return texts if plan.recipe.label is None else ((b, a) for a, b in texts)


def _translated(
    language: LanguagePlan, rows: dict[int, set[int]]
) -> Iterator[tuple[str, str]]:
    for slot in language.learnt:
        part = language.parts[slot]
        sources, translations = language.memory.sources(part), language.memory.read(part)
        for row in sorted(rows[slot]):
            yield sources[row], translations[row].text or ""


def _commit(file: Location, trained: Trained) -> dict[str, Any]:
    with committed(file) as out:
        out.write(trained.aligner.to_bytes())
    marker = {
        "corpus_pairs": trained.corpus_pairs,
        "bitext_pairs": trained.bitext_pairs,
        "bitext_bad_lines": trained.bad_lines,
        "warning": trained.warning,
        "sha256": out.sha256,
    }
    write_json(file.with_suffix(".json"), marker)
    return marker
