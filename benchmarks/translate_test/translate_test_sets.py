"""Files behind the comparison of translate-train and translate-test: English entities and gold.

Labels everywhere: PER, LOC, ORG. MISC of Europarl and CoNLL and DATE of MasakhaNER are left out.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.paths import DATA
from training.labeller.entity_batches import SETS
from training.labeller.entity_data import HELD_OUT, LABELS, read_samples, read_set

_TWEETS = 3
TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold test set.

    Attributes:
        file: below the data folder.
        side: of a file of pairs.
        most: number of sentences, taken at even distances.
    """

    lang: str
    file: str
    side: str | None = None
    most: int | None = None


GOLD: Mapping[str, Gold] = {
    "europarl-de": Gold("de", "projection/europarl-ner.en-de.jsonl.gz", "target"),
    "europarl-es": Gold("es", "projection/europarl-ner.en-es.jsonl.gz", "target"),
    "pud-de": Gold("de", "projection/uner-pud.en-de.jsonl.gz", "target"),
    "conll-de": Gold("de", "restricted/conll/de.test.jsonl.gz", most=1000),
    "conll-es": Gold("es", "restricted/conll/es.test.jsonl.gz", most=1000),
    "masakhaner-sw": Gold("sw", "restricted/masakhaner2/swa.test.jsonl.gz"),
}


def write_english(path: Path) -> Path:
    """Write the labeller's training text in the mix that it sees, with a third of the tweets."""
    sets = {name: read_set(name) for name in SETS} | {"samples": read_samples()}
    sets["wikigold"] = sets["wikigold"][:-HELD_OUT]
    sets |= {name: sets[name][::_TWEETS] for name in ("btc", "wnut17.train")}
    rows = (
        {"id": f"{name}.{number}", "lang": "en", "tokens": sentence.words,
         "spans": [{"start": a, "end": b, "label": label} for a, b, label in sentence.spans]}
        for name, sentences in sets.items()
        for number, sentence in enumerate(sentences) if sentence.words
    )
    return _written(path, rows)


def write_gold(name: str, path: Path) -> Path:
    """Write a gold set with the three labels."""
    return _written(path, _gold(GOLD[name]))


def _gold(gold: Gold) -> Iterator[dict[str, Any]]:
    with gzip.open(DATA / gold.file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    step = max(1, len(rows) // gold.most) if gold.most else 1
    for row in rows[::step][: gold.most]:
        side = row[gold.side] if gold.side else row
        spans = [span for span in side["spans"] if span["label"] in LABELS]
        yield {"id": row["id"], "lang": gold.lang, "tokens": side["tokens"],
               "spans": [{name: span[name] for name in ("start", "end", "label")}
                         for span in spans]}


def _written(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_text(text, encoding="utf-8")
    return path
