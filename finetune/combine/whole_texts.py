"""Combination of the classes and values that several systems give to whole texts."""

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
    """Return every class of the files, first those with probabilities, in their order."""
    rows = [row for file in files for row in file.rows("class")]
    given = (name for row in rows for name in row.get("probabilities") or ())
    return tuple(dict.fromkeys([*given, *(row["label"] for row in rows)]))


def combined_classes(
    keys: Sequence[Key], files: Sequence[SystemFile], weights: Sequence[float],
    names: Sequence[str], by: By,
) -> Iterator[Row]:
    """Yield a row with a class for each text, in order.

    ``mean`` takes the class with the highest mean probability, ``vote`` the class with the most
    weight.
    """
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
    """Return the opinion of a file on each text.

    A class without score or probabilities counts as certain.
    """
    number = {name: place for place, name in enumerate(names)}
    choice, score = np.full(len(keys), NOTHING), np.ones(len(keys))
    known: list[int] = []
    probabilities: list[list[float]] = []
    for n, key in enumerate(keys):
        if key not in file.predictions:
            continue
        row = file.predictions[key].row
        choice[n] = number[row["label"]]
        if row.get("score") is not None:
            score[n] = row["score"]
        if row.get("probabilities"):
            known.append(n)
            probabilities.append([row["probabilities"].get(name, 0.0) for name in names])
    return Opinion(weight, choice, score, np.array(known, np.int64),
                   np.array(probabilities, np.float64).reshape(len(known), len(names)))


def combined_value(key: Key, rows: Sequence[Row], weights: Sequence[float]) -> Row:
    """Return a row with the weighted mean of values."""
    mean = float(np.average([row["value"] for row in rows], weights=weights))
    return {"id": key[1], "lang": key[0], "value": round(mean, DIGITS)}
