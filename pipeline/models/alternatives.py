"""Models that translate what another model does not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import langcodes

from crosslabel.pipeline.models.many_languages import many_languages
from crosslabel.pipeline.models.opus_mt import LICENCE, opus_mt


@cache
def alternatives(source: str, target: str) -> str:
    """Return a clause that names models for a direction, with their licences; empty without any.

    Args:
        source, target: BCP-47 tags.
    """
    if not (langcodes.tag_is_valid(source) and langcodes.tag_is_valid(target)):
        return ""
    named = ", ".join(f"{name} ({licence})" for name, licence in _models(source, target))
    return f"; models on the hub that translate {source}-{target}: {named}" if named else ""


def _models(source: str, target: str) -> Iterator[tuple[str, str]]:
    """Yield names and licences, the smallest model first."""
    pair = opus_mt(source, target)
    if pair:
        yield pair, LICENCE
    for model in many_languages():
        if model.translates(source, target):
            yield model.name, model.licence
