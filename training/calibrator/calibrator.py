"""Fit the shipped calibrator and write its card: `python -m training.calibrator.calibrator`.

With `--left-out FOLDER`, fit also without each fold of PUD sentences and without each language, for
measuring: `pud-0.json`, …, `de.json`, ….
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from crosslabel.pipeline.methods.projectors import ProjectorOptions, evidence
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.joint.calibrator import Calibration, Calibrator
from crosslabel.projection.joint.fitting import fit, joined
from training.calibrator.fitting_rows import PUD_FOLDS, SETS, FittingRows, all_fitting_rows

LINKS = (("statistical",), ("softmax",), ("statistical", "softmax"))
"""Sets of link sources."""


def main() -> None:
    """Fit one model per set of sources, then write the calibrator and its card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--left-out", type=Path)
    folder = parser.parse_args().left_out
    (encoder,) = evidence(ProjectorOptions())
    known = list(all_fitting_rows(encoder))
    calibrator = fitted(known)
    calibrator.save(CALIBRATOR)
    (CALIBRATOR.parent / "README.md").write_text(card(calibrator, known), "utf-8")
    for name, is_left_out in left_out().items() if folder else ():
        folder.mkdir(parents=True, exist_ok=True)
        fitted([rows for rows in known if not is_left_out(rows)]).save(folder / f"{name}.json")


def left_out() -> dict[str, Callable[[FittingRows], bool]]:
    """Return what may be left out, by name: folds of PUD sentences, and languages."""
    folds = {f"pud-{fold}": partial(_is_of_fold, fold) for fold in range(PUD_FOLDS)}
    return {**folds, **{language: partial(_is_in, language) for language in SETS}}


def _is_of_fold(fold: int, rows: FittingRows) -> bool:
    return rows.fold == fold


def _is_in(language: str, rows: FittingRows) -> bool:
    return rows.language == language


def fitted(known: Sequence[FittingRows]) -> Calibrator:
    """Fit the models of all sets of sources."""
    models: dict[str, Calibration] = {}
    for names in LINKS:
        # Without an aligner its text makes no difference.
        chosen = [rows for rows in known if "statistical" in names or rows.size == "set"]
        data = joined([rows.part(names) for rows in chosen])
        models["+".join(names)] = fit(data)
        print(f"{'+'.join(names)}: {len(data.answer)} spans", file=sys.stderr, flush=True)
    return Calibrator(models)


def card(calibrator: Calibrator, known: Sequence[FittingRows]) -> str:
    """Return the card of the calibrator."""
    rows = "\n".join(
        f"| {name} | {model.threshold:.2f} | {100 * _precision(model):.1f} |"
        for name, model in calibrator.models.items()
    )
    pairs = sum(len(entry.rows) for entry in known if entry.size == "set")
    return CARD.format(pairs=pairs, rows=rows, id=calibrator.id,
                       features=len(calibrator.models["statistical+softmax"].candidate.names))


def _precision(model: Calibration) -> float:
    return dict(model.precision)[model.threshold]


CARD = """# Calibrator of span projection

`projection.json` holds the weights with which `crosslabel` turns the evidence on a projected span
into a probability: a conditional logistic model over the candidate targets of a span and *no
target* ({features} features with both link sources; id `{id}`). Made by
`python -m training.calibrator.calibrator`.

| link sources | threshold | precision there |
|---|--:|--:|
{rows}

The threshold maximises F1, the precision is that of the spans above it, both for each of the data
sets as predicted by weights fitted on the two others.

## Fitted on

{pairs:,} sentence pairs and paragraphs, each with statistical aligners that learned from 10 pairs,
from 100 (paragraphs: 20), from all pairs of the language below, and from these and bitext of 2,000
to 194,000 pairs. How many pairs that are is part of the evidence: every weight depends on its
logarithm.

| text | languages | licence |
|---|---|---|
| half of xSID 0.7 (van der Goot et al. 2021) | en-de, en-nl, en-da, en-zh | CC BY-SA 4.0 |
| part of Universal NER PUD (Mayhew et al. 2024) | en-de, en-pt, en-zh | CC BY-SA 3.0 |
| Parallel UD treebanks, PUD (Zeman et al. 2017) | en-de, en-es, en-fr | CC BY-SA 3.0 |

Of xSID the queries whose id has an even hash, of UNER-PUD the pairs whose two sides have the same
labels, of each treebank 150 sentence pairs with up to two phrases whose heads are linked and have
the same relation in both trees (`training/calibrator/treebank_phrases.py`); UNER-PUD annotates the
same sentences. Both PUD sets are also joined to paragraphs of five sentences
(`training/calibrator/paragraphs.py`).

The calibrator is published under CC BY-SA 4.0. Nothing else is fitted on; how it does on other data
is in `benchmarks/projection/projection.md` of the repository.

## Limits

English is always the source. Short spans dominate: a slot or a name of one to four words; long ones
are phrases and clauses of three treebanks. The probabilities hold for the shipped encoder; other
encoders should be fitted anew.
"""


if __name__ == "__main__":
    main()
