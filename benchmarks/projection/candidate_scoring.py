"""Candidate scoring alone: the prior, each way of normalising, the price.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.projection.candidate_scoring

writes benchmarks/results/candidate_scoring.json and benchmarks/projection/candidate_scoring.md.
Everything is measured on the pairs that weights may be fitted on. The constants of
`crosslabel.projection.targets` are fitted again, too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import in_words, machine
from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS, TRANSLATION
from benchmarks.projection.known_targets import Choices, KnownTargets, fitted, known_targets
from crosslabel.pipeline.methods.phrase_scorer import PhraseScorer
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.tokenizers import load_tokens
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.translation.translator import Translator, load_translator
from crosslabel.projection.targets.candidate_scoring import CandidateScoring, Scorer, phrase
from crosslabel.projection.targets.ngram_prior import (
    WEIGHTS,
    all_runs,
    likeliest,
    prior_features,
    wanted,
)
from crosslabel.projection.targets.ngrams import Ngrams

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]

PRIOR_SETS = ("uner-pud.en-de", "uner-pud.en-pt", "uner-pud.en-zh",
              "xsid.en-de", "xsid.en-nl", "xsid.en-da", "xsid.en-zh")
SCORED_SETS = ("uner-pud.en-de", "xsid.en-de")
CONSIDERED, MARGIN = 30, 7.0
LIMITS = ((10, 99.0), (30, 99.0), (30, 5.0), (30, 7.0))
VARIANTS: Mapping[str, Sequence[str]] = {
    "prior": ["prior"],
    "forward, mean": ["prior", "forward"],
    "forward, sum": ["prior", "forward_sum"],
    "forward, mean against no evidence": ["prior", "forward_gain"],
    "forward, sum against no evidence": ["prior", "forward_gain_sum"],
    "backward, mean": ["prior", "backward"],
    "backward, sum": ["prior", "backward_sum"],
    "both, mean": ["prior", "forward", "backward"],
    "both, sum": ["prior", "forward_sum", "backward_sum"],
    "both, mean against no evidence": ["prior", "forward_gain", "backward_gain"],
    "both, mean of probabilities": ["prior", "either"],
    "both, mean of ratios to no evidence": ["prior", "either_gain"],
}
"""Columns that are weighed together. The last variant ships."""


class Counting:
    """A scorer that counts the texts it is asked about."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.asked = 0

    def refusal(self, source_lang: str, target_lang: str) -> str | None:
        """Return the refusal of the wrapped scorer."""
        return self._scorer.refusal(source_lang, target_lang)

    def score(
        self, texts: Sequence[str], translations: Sequence[str], source_lang: str, target_lang: str
    ) -> Floats:
        """Return the scores of the wrapped scorer and count the texts."""
        self.asked += len(texts)
        return self._scorer.score(texts, translations, source_lang, target_lang)


def main() -> None:
    """Measure, then write the results and their page."""
    translator = load_translator(translation_model(TRANSLATION), Engine(device="cpu", threads=1))
    known = {name: known_targets(name) for name in PRIOR_SETS}
    scored = [known[name] for name in SCORED_SETS]
    results = {
        "model": TRANSLATION,
        "machine": machine("cpu"),
        "prior": priors(list(known.values())),
        "scored": variants(scored, translator),
        "price": {gold.name: price(gold, PhraseScorer(translator)) for gold in scored},
    }
    text = json.dumps(results, indent=1) + "\n"
    (RESULTS / "candidate_scoring.json").write_text(text, "utf-8")
    (HERE / "projection" / "candidate_scoring.md").write_text(page(results), "utf-8")


def priors(sets: Sequence[KnownTargets]) -> dict[str, Any]:
    """Return weights fitted on all sets, and shares on each set by weights fitted on the other."""
    choices = {}
    for gold in sets:
        units = wanted(gold.pairs, gold.units)
        runs = all_runs(units)
        choices[gold.name] = Choices(prior_features(units, runs), runs.unit, gold.rows(runs))
    weights = fitted(list(choices.values())).round(2).tolist()
    return {
        "weights": dict(zip(WEIGHTS, weights, strict=True)),
        "sets": {name: {
            "spans": len(chosen.right),
            "runs_per_span": round(len(chosen.unit) / len(chosen.right), 1),
            **_shares(chosen, fitted(_others(choices, name)), (1, 10, 30)),
        } for name, chosen in choices.items()},
    }


def variants(sets: Sequence[KnownTargets], translator: Translator) -> dict[str, Any]:
    """Return weights and shares of targets found, for every way of weighing prior and scores.

    The weights are fitted on all sets; the shares on each set are by weights fitted on the other.
    """
    runs, columns = {}, {}
    for gold in sets:
        runs[gold.name], prior = likeliest(wanted(gold.pairs, gold.units), CONSIDERED, MARGIN)
        columns[gold.name] = facts(gold, runs[gold.name], prior, translator)
    results: dict[str, Any] = {}
    for variant, names in VARIANTS.items():
        choices = {
            gold.name: Choices(np.stack([columns[gold.name][n] for n in names], axis=1),
                               runs[gold.name].unit, gold.rows(runs[gold.name])) for gold in sets
        }
        weights = fitted(list(choices.values())).round(2).tolist()
        results[variant] = {"weights": dict(zip(names, weights, strict=True)), "sets": {
            name: _shares(chosen, fitted(_others(choices, name)), (1, 3))
            for name, chosen in choices.items()
        }}
    return results


def facts(known: KnownTargets, runs: Ngrams, prior: Floats, translator: Translator) -> Columns:
    """Return the prior and the scores of the runs that are considered."""
    units = [known.units[number] for number in runs.unit]
    ours = [phrase(known.pairs[u.pair].source, u.first, u.end) for u in units]
    theirs = [
        phrase(known.pairs[u.pair].target, first, end)
        for u, first, end in zip(units, runs.first, runs.end, strict=True)
    ]
    lang = known.pairs[0].target.lang
    columns: dict[str, Floats] = {"prior": prior}
    for way, texts, translations, langs in (
        ("forward", ours, theirs, ("en", lang)), ("backward", theirs, ours, (lang, "en"))
    ):
        scores = _scores(texts, translations, langs, translator)
        gain = scores - _scores([""] * len(texts), translations, langs, translator)
        tokens = load_tokens(translator.model.path).encode(translations)
        sizes = np.array([len(pieces) + 1 for pieces in tokens])
        columns |= {way: scores, f"{way}_sum": scores * sizes,
                    f"{way}_gain": gain, f"{way}_gain_sum": gain * sizes}
    for kind in ("", "_gain"):
        both = columns[f"forward{kind}"], columns[f"backward{kind}"]
        columns[f"either{kind}"] = np.logaddexp(*both)
    return columns


def _scores(
    texts: Sequence[str], translations: Sequence[str], langs: tuple[str, str],
    translator: Translator,
) -> Floats:
    distinct = list(dict.fromkeys(zip(texts, translations, strict=True)))
    scores = PhraseScorer(translator).score(
        [text for text, _ in distinct], [translation for _, translation in distinct], *langs
    )
    known = dict(zip(distinct, scores.tolist(), strict=True))
    return np.array([known[both] for both in zip(texts, translations, strict=True)])


def price(known: KnownTargets, scorer: Scorer) -> dict[str, Any]:
    """Return spans a second and pairs scored per span, by the number of runs considered."""
    spans = sum(len(pair.spans) for pair in known.pairs)
    results = {}
    for considered, margin in LIMITS:
        counting = Counting(scorer)
        source = CandidateScoring(counting, considered, margin=margin)
        started = time.perf_counter()
        targets = source.find(known.pairs)
        seconds = time.perf_counter() - started
        ranked = [
            targets[unit.pair].by_span[unit.span][0].words.tolist() for unit in known.units
        ]
        results[f"{considered} runs, {margin:g} nats"] = {
            "spans_per_second": round(spans / seconds, 1),
            "scored_per_span": round(counting.asked / spans, 1),
        } | {
            f"among_{most}": round(float(np.mean([
                list(target) in ranking[:most]
                for ranking, target in zip(ranked, known.targets, strict=True)
            ])), 4) for most in (1, 3, 10)
        }
    return results


def page(results: Mapping[str, Any]) -> str:
    """Return the page as Markdown."""
    prior, scored, cost = results["prior"], results["scored"], results["price"]
    return "\n".join([
        "# Candidate scoring", "",
        "Made by `python -m benchmarks.projection.candidate_scoring` with "
        f"`{results['model']}`, one thread, "
        f"{in_words(results['machine'])}. Spans whose label stands once on either side, of the "
        "pairs that weights may be fitted on; the share (%) whose target is the first, or among "
        "the first 3, 10 or 30.", "",
        "## The prior", "", "Each data set by weights fitted on the other.", "",
        *table(["set", "spans", "runs of words per span", "first", "10", "30"], [
            [name, str(entry["spans"]), f"{entry['runs_per_span']:.0f}",
             *(_percent(entry[f"among_{most}"]) for most in (1, 10, 30))]
            for name, entry in prior["sets"].items()
        ]), "",
        "## Prior and scores", "",
        "The weights shown are fitted on both sets; the shares are those by weights fitted on the "
        "other set, with the prior of all sets. The last row ships.", "",
        *table(["scores", "weights", *(f"{name}, {most}" for name in SCORED_SETS
                                       for most in ("first", "3"))], [
            [variant, " ".join(f"{value:.2f}" for value in entry["weights"].values()),
             *(_percent(entry["sets"][name][f"among_{most}"])
               for name in SCORED_SETS for most in (1, 3))]
            for variant, entry in scored.items()
        ]), "",
        "## The price", "",
        "Runs scored at most, and by how many nats the prior of a run may be below the first's; "
        "the last row ships. *Scored* are distinct pairs of phrases, those without evidence "
        "included.", "",
        *table(["set", "runs", "spans/s", "scored per span", "first", "3", "10"], [
            [name, limits, f"{entry['spans_per_second']:.0f}", f"{entry['scored_per_span']:.1f}",
             *(_percent(entry[f"among_{most}"]) for most in (1, 3, 10))]
            for name, by_limit in cost.items() for limits, entry in by_limit.items()
        ]), "",
    ])


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _shares(choices: Choices, weights: Floats, among: Sequence[int]) -> dict[str, float]:
    return {f"among_{most}": choices.best(weights, most) for most in among}


def _others(choices: Mapping[str, Choices], name: str) -> list[Choices]:
    family = name.partition(".")[0]
    return [chosen for other, chosen in choices.items() if not other.startswith(family)]


if __name__ == "__main__":
    main()
