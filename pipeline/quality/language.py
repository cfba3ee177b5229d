"""Translations that came out in another language.

py3langid (after Lui and Baldwin, 2012) carries its model of 139 languages, 5 MB, in its package.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import langcodes

from crosslabel.pipeline.models.languages import find
from crosslabel.pipeline.quality.texts import CheckedBatch, Problems
from crosslabel.projection.errors import InputError

PACKAGE = "py3langid"


def language(batch: CheckedBatch, lowest: float) -> Problems:
    """Translations whose language is less probable; an empty one has no language."""
    wanted = label(batch.machine_lang)
    ranked = identify([text.machine for text in batch.texts], batch.candidates)
    return [
        _problem(wanted, lowest, own) if text.machine.strip() else None
        for text, own in zip(batch.texts, ranked, strict=True)
    ]


def identify(texts: Sequence[str], candidates: tuple[str, ...]) -> list[list[tuple[str, float]]]:
    """Names of languages with their probabilities for each text, most likely first.

    Args:
        candidates: languages to choose from, as :func:`candidates` gives them; empty for all.
    """
    identifier = _identifier(candidates)
    return [identifier.rank(text) for text in texts]


def label(tag: str) -> str:
    """What the identifier calls a language.

    Raises:
        InputError: it does not know it.
    """
    found = _known(tag)
    if found is None:
        raise InputError(f"quality.language: {tag!r} is not among the {len(_labels())} languages "
                         "of the language identifier; leave quality.language out")
    return found


def candidates(tags: Iterable[str]) -> tuple[str, ...]:
    """What the identifier calls these languages; those it does not know are left out."""
    found = {_known(tag) for tag in tags}
    return tuple(sorted(name for name in found if name))


def fingerprint() -> str:
    """Name and version of the identifier."""
    return f"{PACKAGE} {version(PACKAGE)}"


def _problem(wanted: str, lowest: float, ranked: list[tuple[str, float]]) -> str | None:
    probability = dict(ranked)[wanted]
    if probability >= lowest:
        return None
    best, most = ranked[0]
    return (f"probability of {wanted!r} is {probability:.2g}, at least {lowest:g} is wanted; "
            f"most likely is {best!r} ({most:.2f})")


def _known(tag: str) -> str | None:
    """A language has one name whatever its script."""
    return find(str(langcodes.Language.get(tag).language), _labels())


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    return frozenset(_loaded().labels)


@lru_cache(maxsize=1)
def _loaded() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=16)
def _identifier(candidates: tuple[str, ...]) -> Any:
    """The identifier that knows these languages alone; they share what is large."""
    identifier = copy.copy(_loaded())
    identifier.set_languages(candidates or None)
    return identifier
