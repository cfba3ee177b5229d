"""Layouts of tables that are known by the names of their columns.

- plain names: ``text``, or ``premise`` and ``hypothesis``, or ``sentence1`` and ``sentence2`` (as
  in PAWS-X); beside them ``id``, ``lang``, ``label`` and ``value`` if the table has them;
- XNLI, SNLI and MultiNLI: ``sentence1``, ``sentence2``, ``gold_label``; ``language`` and ``pairID``
  if the table has them;
- STS-B as in GLUE: ``index``, ``sentence1``, ``sentence2``, ``score``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

_FIELDS = (("text",), ("premise", "hypothesis"), ("sentence1", "sentence2"))
_BESIDE = ("id", "lang", "label", "value")
_INFERENCE = {"premise": "sentence1", "hypothesis": "sentence2", "label": "gold_label"}
_INFERENCE_BESIDE = {"id": "pairID", "lang": "language"}
_SIMILARITY = {"id": "index", "sentence1": "sentence1", "sentence2": "sentence2", "value": "score"}


def layout(header: Collection[str]) -> Mapping[str, str] | None:
    """Return the mapping of a known layout, or ``None`` if the layout is not known.

    Mappings are described in :mod:`crosslabel.pipeline.readers.rows.columns`.
    """
    if set(_INFERENCE.values()) <= set(header):
        beside = {key: name for key, name in _INFERENCE_BESIDE.items() if name in header}
        return _INFERENCE | beside
    if set(_SIMILARITY.values()) <= set(header):
        return _SIMILARITY
    for fields in _FIELDS:
        if set(fields) <= set(header):
            return {name: name for name in (*fields, *_BESIDE) if name in header}
    return None
