"""Fit the shipped calibrator and write its card: `python -m training.calibrator.calibrator`.

It is fitted on one half of xSID (by a hash of the query's id), on the UNER-PUD pairs whose two
sides have the same labels, and on phrases of the PUD treebanks
(:mod:`training.calibrator.treebank_phrases`); on each with the statistical aligner trained on
bitext and without any. Nothing else may ever be fitted on: the other data sets measure the result.
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crosslabel.pipeline.aligner.training import sides
from crosslabel.pipeline.methods.projectors import (
    WEAKEST,
    ProjectorOptions,
    evidence,
    target_evidence,
)
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import Links, LinkSource, PairTargets, TargetSource
from crosslabel.projection.joint.calibrator import Calibration, Calibrator
from crosslabel.projection.joint.features import gather
from crosslabel.projection.joint.fitting import Answered, answered, fit, joined
from crosslabel.projection.links.statistical import StatisticalAligner
from training.calibrator.treebank_phrases import phrase_rows, read_trees
from training.paths import data_folder
from training.text.corpus import read_pairs as read_bitext

SETS = {
    "de": ("uner-pud", "xsid"), "es": (), "fr": (), "nl": ("xsid",), "da": ("xsid",),
    "pt": ("uner-pud",), "zh": ("uner-pud", "xsid"),
}
TREEBANKS = ("de", "es", "fr")
"""Languages whose PUD treebank gives phrases; few heads are linked surely in Chinese."""
PHRASES = "pud"
FOLDS = {"uner-pud": 0, "xsid": 1, PHRASES: 2}
CORPORA = ("tatoeba.en-{}.train.tsv.gz", "ntrex.en-{}.tsv.gz", "europarl20k.en-{}.tok.tsv.gz")
LINKS = (("statistical",), ("softmax",), ("statistical", "softmax"))
"""Sets of link sources; target sources are added to the last two."""


@dataclass(frozen=True)
class Known:
    """Rows of one set to fit on, with the links and the targets of the sources.

    Attributes:
        links: by link source.
        targets: by target source.
    """

    name: str
    language: str
    rows: list[PairRow]
    links: dict[str, list[Links]]
    targets: dict[str, list[PairTargets]] = field(default_factory=dict)

    def part(self, names: Sequence[str]) -> Answered:
        """Return the evidence of the named sources on the rows."""
        gathered = gather(
            [row.pair for row in self.rows],
            {name: links for name, links in self.links.items() if name in names},
            {name: targets for name, targets in self.targets.items() if name in names},
        )
        return answered(self.rows, gathered, FOLDS[self.name])


def main() -> None:
    """Fit one model per set of sources, then write the calibrator and its card."""
    options = ProjectorOptions()
    known = known_links(evidence(options)[0])
    models = {"+".join(names): fitted(known, names) for names in LINKS}
    sources = target_evidence(options)
    known = known_targets(known, sources)
    for names in LINKS[1:]:
        for count in range(1, len(sources) + 1):
            asked = (*names, *(source.name for source in sources[:count]))
            models["+".join(asked)] = fitted(known, asked)
    CALIBRATOR.parent.mkdir(exist_ok=True)
    Calibrator(models).save(CALIBRATOR)
    (CALIBRATOR.parent / "README.md").write_text(card(models, known), "utf-8")


def fitted(known: Sequence[Known], names: Sequence[str]) -> Calibration:
    """Fit the model of the named sources."""
    data = joined([entry.part(names) for entry in known])
    print(f"{'+'.join(names)}: {len(data.answer)} spans", file=sys.stderr)
    return fit(data)


def known_links(encoder: LinkSource) -> list[Known]:
    """Return the rows of all sets to fit on, with their links."""
    known: list[Known] = []
    for language in SETS:
        known += linked(language, encoder)
        print(f"{language}: links ready", file=sys.stderr)
    return known


def known_targets(known: Sequence[Known], sources: Sequence[TargetSource]) -> list[Known]:
    """Return the rows with the targets of the sources; none in languages a source does not know.

    Rows without targets keep the weights of links and letters good for all languages.
    """
    asked: dict[tuple[str, str], dict[str, list[PairTargets]]] = {}
    extended = []
    for entry in known:
        place = entry.name, entry.language
        if place not in asked:
            pairs = [row.pair for row in entry.rows]
            asked[place] = {source.name: source.find(pairs) for source in sources}
            print(f"{entry.name} {entry.language}: targets ready", file=sys.stderr)
        extended.append(replace(entry, targets=asked[place]))
    return extended


def linked(language: str, encoder: LinkSource) -> list[Known]:
    """Return the rows of a language to fit on and their links, with bitext and without."""
    sets = {name: rows_of(name, language) for name in SETS[language]}
    trees = read_trees(treebank(language)) if language in TREEBANKS else []
    pairs = [*(row.pair for rows in sets.values() for row in rows),
             *(pair for pair, _, _ in trees)]
    texts = [(pair.source.surface(), pair.target.surface()) for pair in pairs]
    more = [(a.surface(), b.surface()) for a, b in sides(bitext(language), "en", language)]
    bare, full = (StatisticalAligner.train([*texts, *added], WEAKEST) for added in ([], more))
    usable = {name: [row for row in rows if is_fitted(name, row)] for name, rows in sets.items()}
    if trees:
        usable[PHRASES] = phrase_rows(trees, full)
    known: list[Known] = []
    for name, rows in usable.items():
        chosen = [row.pair for row in rows]
        links = encoder.align(chosen)
        known += [
            Known(name, language, rows, {"statistical": aligner.align(chosen), "softmax": links})
            for aligner in (bare, full)
        ]
    return known


def treebank(language: str) -> Path:
    """Return the file of the parallel treebank of English and a language."""
    return data_folder() / "pos" / f"pud.en-{language}.jsonl.gz"


def rows_of(name: str, language: str) -> list[PairRow]:
    """Return all rows of a set, or stop with an error at a bad row."""
    path = data_folder() / "projection" / f"{name}.en-{language}.jsonl.gz"
    rows = []
    for row in read_pairs(path):
        if isinstance(row, RowError):
            raise SystemExit(str(row))
        rows.append(row)
    return rows


def is_fitted(name: str, row: PairRow) -> bool:
    """Return whether a row may be fitted on."""
    if name == "xsid":
        return hashlib.sha256(row.pair.id.encode()).digest()[0] % 2 == 0
    return Counter(span.label for span in row.pair.spans) == Counter(
        span.label for span in row.gold or ()
    )


def bitext(language: str) -> list[tuple[str, str]]:
    """Return public sentence pairs of English and a language."""
    paths = [data_folder() / "parallel" / name.format(language) for name in CORPORA]
    return [pair for path in paths if path.is_file() for pair in read_bitext(path)]


def card(models: dict[str, Calibration], known: Sequence[Known]) -> str:
    """Return the card of the calibrator."""
    rows = "\n".join(
        f"| {name} | {model.threshold:.2f} | {100 * _precision(model):.1f} |"
        for name, model in models.items()
    )
    pairs = sum(len(entry.rows) for entry in known) // 2
    return CARD.format(pairs=pairs, rows=rows, id=Calibrator(models).id,
                       features=len(models["statistical+softmax"].candidate.names))


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

{pairs:,} sentence pairs, each with the statistical aligner trained on bitext and without any:

| text | languages | licence |
|---|---|---|
| half of xSID 0.7 (van der Goot et al. 2021) | en-de, en-nl, en-da, en-zh | CC BY-SA 4.0 |
| part of Universal NER PUD (Mayhew et al. 2024) | en-de, en-pt, en-zh | CC BY-SA 3.0 |
| Parallel UD treebanks, PUD (Zeman et al. 2017) | en-de, en-es, en-fr | CC BY-SA 3.0 |

Of xSID the queries whose id has an even hash, of UNER-PUD the pairs whose two sides have the same
labels, of each treebank 150 sentence pairs with up to two phrases whose heads are linked and have
the same relation in both trees (`training/calibrator/treebank_phrases.py`); \
UNER-PUD annotates the same
sentences. What the translation model says of phrases (`candidates`) is known for en-de and en-es.

The calibrator is published under CC BY-SA 4.0. Nothing else is fitted on; how it does on other data
is in `benchmarks/projection/projection.md` of the repository.

## Limits

English is always the source. Short spans dominate: a slot or a name of one to four words; long ones
are phrases and clauses of three treebanks. The probabilities hold for the shipped encoder and
translation model and for aligners trained on some hundred to 200,000 pairs; other encoders should
be fitted anew.
"""


if __name__ == "__main__":
    main()
