"""The language identifier, and the check for translations that came out in another language.

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
    """Reject translations whose language is less probable than ``lowest``; empty ones pass."""
    wanted = label(batch.machine_lang)
    ranked = identify([text.machine for text in batch.texts], batch.candidates)
    return [
        _problem(wanted, lowest, ranking) if text.machine.strip() else None
        for text, ranking in zip(batch.texts, ranked, strict=True)
    ]


def identify(texts: Sequence[str], candidates: tuple[str, ...]) -> list[list[tuple[str, float]]]:
    """Return names of languages with their probabilities for each text, most likely first.

    Args:
        candidates: languages to choose from, as :func:`candidates` returns them; empty for all.
    """
    identifier = _identifier(candidates)
    return [identifier.rank(text) for text in texts]


def most_likely(texts: Sequence[str]) -> list[str]:
    """Return the name of the most likely language of each text, among all that are known."""
    identifier = _loaded()
    return [str(identifier.classify(text)[0]) for text in texts]


def label(tag: str) -> str:
    """Return the identifier's name for a language.

    Raises:
        InputError: the identifier does not know the language.
    """
    name = _known(tag)
    if name is None:
        raise InputError(f"quality.language: {tag!r} is not among the {len(_labels())} languages "
                         "of the language identifier; leave quality.language out")
    return name


def candidates(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the identifier's names for languages, without languages that it does not know."""
    names = {_known(tag) for tag in tags}
    return tuple(sorted(name for name in names if name))


def names() -> frozenset[str]:
    """Return the names of all languages that the identifier knows."""
    return _labels()


def fingerprint() -> str:
    """Return the name and version of the identifier."""
    return f"{PACKAGE} {version(PACKAGE)}"


def _problem(wanted: str, lowest: float, ranking: list[tuple[str, float]]) -> str | None:
    probability = dict(ranking)[wanted]
    if probability >= lowest:
        return None
    best, most = ranking[0]
    return (f"probability of {wanted!r} is {probability:.2g}, at least {lowest:g} is wanted; "
            f"most likely is {best!r} ({most:.2f})")


def _known(tag: str) -> str | None:
    """Return the identifier's name for a language, which is the same for all its scripts."""
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
    """Return an identifier for these languages only; all of them share the large parts."""
    identifier = copy.copy(_loaded())
    identifier.set_languages(candidates or None)
    return identifier
