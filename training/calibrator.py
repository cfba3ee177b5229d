"""Fit the shipped calibrator and write it with its card: `python -m training.calibrator`.

Fitted on one half of xSID (by a hash of the query's id) and on the UNER-PUD pairs whose two sides
have the same labels; each with the statistical aligner trained on bitext and without any. Nothing
else may ever be fitted on: the other data sets measure the result.
"""

import hashlib
import sys
from collections import Counter

from pipeline.aligner import sides
from pipeline.link_sources import DEFAULT_ENCODER
from pipeline.projectors import CALIBRATOR, WEAKEST, ProjectorOptions, evidence
from projection.files.jsonl import RowError
from projection.files.pairs import PairRow, read_pairs
from projection.interface import Links, LinkSource
from projection.joint.calibrator import Calibration, Calibrator
from projection.joint.features import gather
from projection.joint.fitting import Answered, answered, fit, joined
from projection.links.statistical import StatisticalAligner
from training.corpus import read_pairs as read_bitext
from training.paths import data_folder

SETS = {
    "de": ("uner-pud", "xsid"), "nl": ("xsid",), "da": ("xsid",), "pt": ("uner-pud",),
    "zh": ("uner-pud", "xsid"),
}
FOLDS = {"uner-pud": 0, "xsid": 1}
CORPORA = ("tatoeba.en-{}.train.tsv.gz", "ntrex.en-{}.tsv.gz", "europarl20k.en-{}.tok.tsv.gz")
EVIDENCE = (("statistical",), ("softmax",), ("statistical", "softmax"))

Known = list[tuple[str, list[PairRow], dict[str, list[Links]]]]


def main() -> None:
    """Fit one model per set of link sources."""
    (encoder,) = evidence(ProjectorOptions(model=DEFAULT_ENCODER))
    known: Known = []
    for language in SETS:
        known += linked(language, encoder)
        print(f"{language}: links ready", file=sys.stderr)
    models = {}
    for names in EVIDENCE:
        data = joined([part(name, rows, links, names) for name, rows, links in known])
        models["+".join(names)] = fit(data)
        print(f"{'+'.join(names)}: {len(data.answer)} spans", file=sys.stderr)
    CALIBRATOR.parent.mkdir(exist_ok=True)
    Calibrator(models).save(CALIBRATOR)
    (CALIBRATOR.parent / "README.md").write_text(card(models, known), "utf-8")


def linked(language: str, encoder: LinkSource) -> Known:
    """Rows of a language to fit on and their links, with bitext and without."""
    sets = [rows_of(name, language) for name in SETS[language]]
    pairs = [row.pair for rows in sets for row in rows]
    own = [(pair.source.surface(), pair.target.surface()) for pair in pairs]
    found: Known = []
    for texts in ([], bitext(language)):
        more = [(a.surface(), b.surface()) for a, b in sides(texts, "en", language)]
        aligner = StatisticalAligner.train([*own, *more], WEAKEST)
        for name, rows in zip(SETS[language], sets, strict=True):
            fitted = [row for row in rows if is_fitted(name, row)]
            chosen = [row.pair for row in fitted]
            found.append((name, fitted, {
                "statistical": aligner.align(chosen), "softmax": encoder.align(chosen),
            }))
    return found


def rows_of(name: str, language: str) -> list[PairRow]:
    """All rows of a set."""
    path = data_folder() / "projection" / f"{name}.en-{language}.jsonl.gz"
    rows = []
    for row in read_pairs(path):
        if isinstance(row, RowError):
            raise SystemExit(str(row))
        rows.append(row)
    return rows


def is_fitted(name: str, row: PairRow) -> bool:
    """Whether a row may be fitted on."""
    if name == "xsid":
        return hashlib.sha256(row.pair.id.encode()).digest()[0] % 2 == 0
    return Counter(span.label for span in row.pair.spans) == Counter(
        span.label for span in row.gold or ()
    )


def bitext(language: str) -> list[tuple[str, str]]:
    """Public sentence pairs of English and a language."""
    paths = [data_folder() / "parallel" / name.format(language) for name in CORPORA]
    return [pair for path in paths if path.is_file() for pair in read_bitext(path)]


def part(
    name: str, rows: list[PairRow], links: dict[str, list[Links]], sources: tuple[str, ...]
) -> Answered:
    """What some link sources know of some rows of a data set."""
    evidence = gather([row.pair for row in rows], {source: links[source] for source in sources})
    return answered(rows, evidence, FOLDS[name])


def card(models: dict[str, Calibration], known: Known) -> str:
    """The model card."""
    rows = "\n".join(
        f"| {name} | {model.threshold:.2f} | {100 * _precision(model):.1f} |"
        for name, model in models.items()
    )
    pairs = sum(len(rows) for _, rows, _ in known) // 2
    return CARD.format(pairs=pairs, rows=rows, id=Calibrator(models).id,
                       features=len(models["statistical+softmax"].candidate.names))


def _precision(model: Calibration) -> float:
    return dict(model.precision)[model.threshold]


CARD = """# Calibrator of span projection

`projection.json` holds the weights with which `crosslabel` turns the evidence on a projected span
into a probability: a conditional logistic model over the candidate targets of a span and *no
target* ({features} features with both link sources; id `{id}`). Made by
`python -m training.calibrator`.

| link sources | threshold | precision there |
|---|--:|--:|
{rows}

The threshold maximises F1, the precision is that of the spans above it, both for UNER-PUD as
predicted by weights fitted on xSID and the other way round.

## Fitted on

{pairs:,} sentence pairs, each with the statistical aligner trained on bitext and without any:

| text | languages | licence |
|---|---|---|
| half of xSID 0.7 (van der Goot et al. 2021) | en-de, en-nl, en-da, en-zh | CC BY-SA 4.0 |
| part of Universal NER PUD (Mayhew et al. 2024) | en-de, en-pt, en-zh | CC BY-SA 3.0 |

Of xSID the queries whose id has an even hash, of UNER-PUD the pairs whose two sides have the same
labels.

The calibrator is published under CC BY-SA 4.0. Nothing else is fitted on; how it does on other data
is in `benchmarks/projection.md` of the repository.

## Limits

English is always the source. Short spans dominate: a slot or a name of one to four words. Long
spans (titles of laws) get probabilities that are too low. The probabilities hold for the shipped
encoder and for aligners trained on some hundred to 200,000 pairs; other encoders should be fitted
anew.
"""


if __name__ == "__main__":
    main()
