"""The order of a corpus's labels, which gives them their numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crosslabel.pipeline.corpus.tag_numbers import as_iob2, is_iob


def ordered(
    labels: Collection[str], listed: Sequence[str] | None, declared: Sequence[str]
) -> list[str]:
    """Return labels in order: as the recipe lists them, else as the input declares them.

    Labels that neither does follow, sorted. If any label is declared, all declared ones are
    returned, so that corpora of parts of a data set have the same labels.

    Args:
        labels: that occur.
        listed: by the recipe; these are all that may occur.
        declared: names of the input's class labels, of spans as tags or as they are.
    """
    if listed:
        return list(listed)
    names = span_labels(declared)
    known = names if set(names) & set(labels) else []
    return [*known, *sorted(set(labels) - set(known))]


def span_labels(names: Sequence[str]) -> list[str]:
    """Return the labels of tags in the order of the tags; other names are returned unchanged."""
    tags = as_iob2(names)
    if not is_iob(tags):
        return list(names)
    return list(dict.fromkeys(tag[2:] for tag in tags if tag[2:]))
