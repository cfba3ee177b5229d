"""Classes and values of whole texts of several systems combined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from crosslabel.finetune.combine.files import Key, Row, SystemFile
from crosslabel.finetune.combine.opinions import (
    DIGITS,
    NOTHING,
    By,
    Opinion,
    mean_probabilities,
    most_probable,
    most_votes,
)


def class_names(files: Sequence[SystemFile]) -> tuple[str, ...]:
    """Every class of the files, those that have probabilities in their order first."""
    rows = [row for file in files for row in file.rows("class")]
    given = (name for row in rows for name in row.get("probabilities") or ())
    return tuple(dict.fromkeys([*given, *(row["label"] for row in rows)]))


def combined_classes(
    keys: Sequence[Key], files: Sequence[SystemFile], weights: Sequence[float],
    names: Sequence[str], by: By,
) -> Iterator[Row]:
    """A row for each text, in their order: the class with the highest mean probability, or that
    most of the weight is for."""
    opinions = [_opinion(file, keys, names, weight)
                for file, weight in zip(files, weights, strict=True)]
    means = mean_probabilities(opinions, len(names))
    choice = most_probable(opinions, means) if by == "mean" else most_votes(opinions, means)
    rounded = np.round(means, DIGITS).tolist()
    for (lang, id), label, row in zip(keys, choice.tolist(), rounded, strict=True):
        yield {"id": id, "lang": lang, "label": names[label], "score": row[label],
               "probabilities": dict(zip(names, row, strict=True))}


def _opinion(
    file: SystemFile, keys: Sequence[Key], names: Sequence[str], weight: float
) -> Opinion:
    """What a file says of each text; a class without score or probabilities counts as certain."""
    number = {name: place for place, name in enumerate(names)}
    choice, score = np.full(len(keys), NOTHING), np.ones(len(keys))
    known: list[int] = []
    probabilities: list[list[float]] = []
    for n, key in enumerate(keys):
        if key not in file.found:
            continue
        row = file.found[key].row
        choice[n] = number[row["label"]]
        if row.get("score") is not None:
            score[n] = row["score"]
        if row.get("probabilities"):
            known.append(n)
            probabilities.append([row["probabilities"].get(name, 0.0) for name in names])
    return Opinion(weight, choice, score, np.array(known, np.int64),
                   np.array(probabilities, np.float64).reshape(len(known), len(names)))


def combined_value(key: Key, rows: Sequence[Row], weights: Sequence[float]) -> Row:
    """The weighted mean of values."""
    mean = float(np.average([row["value"] for row in rows], weights=weights))
    return {"id": key[1], "lang": key[0], "value": round(mean, DIGITS)}
