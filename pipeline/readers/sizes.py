"""Checks for rows that are larger than any that a person wrote or labelled.

The limits are in :mod:`crosslabel.projection.files.limits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from crosslabel.pipeline.corpus.records import Example, spans_and_lost
from crosslabel.projection.files.limits import MAX_ANNOTATIONS, MAX_FIELDS, MAX_NAME, MAX_SIGNS
from crosslabel.projection.files.signs import longest_run


def size_reasons(example: Example, max_characters: int) -> Iterator[str]:
    """Yield a reject reason for every limit that an example exceeds.

    Args:
        max_characters: the most code points that a field may have.
    """
    for name, text in example.fields.items():
        if len(text) > max_characters:
            yield (f"text-too-long: field {name!r} has {len(text)} characters, "
                   f"the limit (max_characters) is {max_characters}")
        if run := longest_run(text):
            yield (f"signs-in-a-row: field {name!r} has {run} signs without a letter, digit or "
                   f"space between them, the limit is {MAX_SIGNS}; is it text?")
    counts = {"fields": (len(example.fields), MAX_FIELDS),
              "spans": (len(example.spans), MAX_ANNOTATIONS),
              "relations": (len(example.relations), MAX_ANNOTATIONS),
              "lost-spans": (len(example.lost), MAX_ANNOTATIONS),
              "probabilities": (len(example.probabilities), MAX_ANNOTATIONS)}
    for name, (count, limit) in counts.items():
        if count > limit:
            yield f"too-many-{name}: the row has {count} {name}, the limit is {limit}"
    longest = max(map(len, _names(example)))
    if longest > MAX_NAME:
        yield (f"name-too-long: an id, label or field name has {longest} characters, "
               f"the limit is {MAX_NAME}")


def _names(example: Example) -> Iterator[str]:
    """Yield every string that is compared, counted and shown as a whole."""
    relations = chain.from_iterable((relation.head, relation.tail, relation.label)
                                    for relation in example.relations)
    spans = chain.from_iterable((span.id, span.label) for span in spans_and_lost(example))
    labels = (label for words in example.words for label in words.labels if label is not None)
    return chain((example.id, example.label or ""), example.fields, spans, relations, labels,
                 example.probabilities)
