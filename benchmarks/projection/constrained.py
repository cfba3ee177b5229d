"""Constrained decoding: exactness, cost, and speed beside a search token by token.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.projection.constrained [--device cuda] [--output FILE]

writes benchmarks/results/constrained.json and benchmarks/projection/constrained.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from benchmarks.machine import in_words, machine
from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS, TRANSLATION
from benchmarks.projection.all_hypotheses import all_scores
from benchmarks.projection.projection_sets import gold_sets
from benchmarks.projection.token_by_token import TokenByToken
from crosslabel.pipeline.methods.marker_model import DecoderModel
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.projection.constrained.search import Searched, SearchOptions
from crosslabel.projection.constrained.source import ConstrainedDecoding
from crosslabel.projection.interface import TextPair
from crosslabel.projection.markers import mark

SETS = ("xsid.en-de", "europarl-ner.en-de", "europarl-ner.en-es")
PAIRS, LONGEST = 12, 16
"""Pairs of each set that are timed, and most words of their targets: token by token, the exact
search takes minutes for one long sentence."""
SHORT, CHECKED = 12, 200
"""Longest target, in words, and number of pairs on which all hypotheses are tried."""
BEST = 4
UNLIMITED = SearchOptions(best=BEST, budget=10**9)
WAYS = {
    "exact": UNLIMITED,
    "default": SearchOptions(best=BEST),
    "8 openings": SearchOptions(best=BEST, openings=8),
    "4 openings": SearchOptions(best=BEST, openings=4),
    "2 openings": SearchOptions(best=BEST, openings=2),
    "1 opening": SearchOptions(best=BEST, openings=1),
}

Result = TypeVar("Result")


def main() -> None:
    """Measure, then write the results and their page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--output", type=Path, default=RESULTS / "constrained.json")
    given = parser.parse_args()
    model = DecoderModel(translation_model(TRANSLATION), device=given.device)
    results = {
        "model": TRANSLATION, "best": BEST, "threads": torch.get_num_threads(),
        "machine": machine(given.device),
        "exactness": {lang: exactness(model, f"xsid.en-{lang}") for lang in ("de",)},
        "sets": {name: compared(model, name) for name in SETS},
    }
    given.output.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    if given.output.parent == RESULTS and given.device == "cpu":
        (HERE / "projection" / "constrained.md").write_text(page(results), "utf-8")


def pairs_of(name: str, limit: int, words: int = 10**6) -> list[TextPair]:
    """Return the first pairs of a set that have spans and at most ``words`` words in the target."""
    (gold,) = gold_sets([name])
    pairs = [row.pair for row in gold.rows()]
    return [p for p in pairs if p.spans and len(p.target.words) <= words][:limit]


def exactness(model: DecoderModel, name: str) -> dict[str, int]:
    """Count how often the best hypotheses of the search are the best of all hypotheses."""
    pairs = pairs_of(name, CHECKED, SHORT)
    network = model.decoder.network
    equal = spans = proved = 0
    for pair, (by_span, _) in zip(
        pairs, ConstrainedDecoding(model, UNLIMITED).search(pairs), strict=True
    ):
        direction = model.direction(pair.source.lang, pair.target.lang)
        template = direction.template(pair.target.text, pair.target.words)
        for span, (searched,) in zip(pair.spans, by_span, strict=True):
            [source] = direction.sources([mark(pair.source.text, span.fragments, model.markers)])
            scores = all_scores(network, source, template, direction.marking)
            best = sorted(scores.values(), reverse=True)[:BEST]
            ours = [hypothesis.score for hypothesis in searched.hypotheses] if searched else []
            equal += np.allclose(ours, best, rtol=2e-5, atol=2e-3)
            proved += bool(searched and searched.proved_exact)
            spans += 1
    return {"pairs": len(pairs), "spans": spans, "proved": proved, "equal": equal}


def compared(model: DecoderModel, name: str) -> dict[str, Any]:
    """Return seconds, positions and agreement with the exact search, for every way to search."""
    pairs = pairs_of(name, PAIRS, LONGEST)
    ways: dict[str, Any] = {}
    exact: list[Searched] = []
    for way, options in WAYS.items():
        source = ConstrainedDecoding(model, options)
        source.search(pairs[:4])
        seconds, results = timed(source.search, pairs)
        spans = [span for by_span, _ in results
                 for fragments in by_span for span in fragments if span]
        exact = exact or spans
        ways[way] = {"seconds": seconds} | cost(spans, exact)
    seconds, steps, equal = token_by_token(model, pairs, exact)
    return {"pairs": len(pairs), "spans": len(exact), "ways": ways, "token_by_token": {
        "seconds": seconds, "positions": steps, "equal": equal,
        "times_faster": {way: round(seconds / fast["seconds"], 1) for way, fast in ways.items()},
    }}


def cost(spans: Sequence[Searched], exact: Sequence[Searched]) -> dict[str, float]:
    """Return positions per span, and the shares proved exact and equal to the exact search."""
    agree = [searched.hypotheses[:1] and searched.hypotheses[0][:2] == best.hypotheses[0][:2]
             for searched, best in zip(spans, exact, strict=True)]
    return {
        "positions": round(float(np.mean([searched.positions for searched in spans])), 1),
        "proved_exact": round(float(np.mean([searched.proved_exact for searched in spans])), 4),
        "agreement": round(float(np.mean(agree)), 4),
    }


def token_by_token(
    model: DecoderModel, pairs: Sequence[TextPair], exact: Sequence[Searched]
) -> tuple[float, float, float]:
    """Return seconds, decoder steps per span, and the share of spans with equal best hypotheses."""
    steps, results = 0, []
    started = time.perf_counter()
    for pair in pairs:
        direction = model.direction(pair.source.lang, pair.target.lang)
        template = direction.template(pair.target.text, pair.target.words)
        for span in pair.spans:
            [source] = direction.sources([mark(pair.source.text, span.fragments, model.markers)])
            search = TokenByToken(model.decoder.network, direction.marking, BEST)
            results.append(search.search(source, template))
            steps += search.steps
    seconds = time.perf_counter() - started
    equal = [np.allclose([h.score for h in ours], [h.score for h in theirs.hypotheses],
                         rtol=2e-5, atol=2e-3) for ours, theirs in zip(results, exact, strict=True)]
    return round(seconds, 2), round(steps / len(results), 1), round(float(np.mean(equal)), 4)


def timed(search: Callable[[Sequence[TextPair]], Result], pairs: Sequence[TextPair]) -> tuple[
    float, Result
]:
    """Return the elapsed seconds and the result of a search."""
    started = time.perf_counter()
    result = search(pairs)
    return round(time.perf_counter() - started, 2), result


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    checked = [
        f"en-{lang}: {entry['equal']} of {entry['spans']} spans ({entry['pairs']} pairs, targets "
        f"of at most {SHORT} words)" for lang, entry in results["exactness"].items()
    ]
    rows = []
    for name, entry in results["sets"].items():
        slow = entry["token_by_token"]
        rows.append([name, "token by token", f"{slow['seconds']:.1f}",
                     f"{entry['spans'] / slow['seconds']:.1f}", f"{slow['positions']:,.0f}", "–",
                     f"{100 * slow['equal']:.1f}", "1"])
        rows += [
            [name, way, f"{timing['seconds']:.1f}", f"{entry['spans'] / timing['seconds']:.1f}",
             f"{timing['positions']:,.0f}", f"{100 * timing['proved_exact']:.1f}",
             f"{100 * timing['agreement']:.1f}", f"{slow['times_faster'][way]:.1f}"]
            for way, timing in entry["ways"].items()
        ]
    head = ["set", "search", "seconds", "spans/s", "positions per span", "proved exact %",
            "agreement %", "times faster"]
    return "\n".join([
        "# Constrained decoding", "",
        "Made by `python -m benchmarks.projection.constrained`. "
        f"`{results['model']}`, {results['best']} best, {results['threads']} threads; "
        f"{in_words(results['machine'])}.", "",
        "The best hypotheses of the exact search are those of trying all, each written out and "
        f"scored as a whole: {'; '.join(checked)}.", "",
        "*Token by token*: depth-first branch and bound over the same hypotheses, one decoder step "
        "per token with the keys and values of its prefix, one span at a time "
        "(`benchmarks/projection/token_by_token.py`); its agreement is on all the best, that of "
        f"the others on the first. Targets have at most {LONGEST} words. *Positions*: tokens the "
        "decoder was fed. *Openings*: only so many places are looked at, those with the highest "
        "estimates. One run, one search after the other.", "",
        *table(head, rows), "",
    ])


if __name__ == "__main__":
    main()
