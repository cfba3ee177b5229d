"""The checks of a build as its plan knows them: thresholds, languages, a model of the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.convert import translation_model
from pipeline.models import Manifest, Model
from pipeline.quality import language
from pipeline.quality.round_trip import require_sacrebleu
from projection.errors import InputError

if TYPE_CHECKING:
    from pipeline.recipe import Recipe, Translation

VERSION = 1
"""Of what the checks find."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What is checked.

    Attributes:
        thresholds: by check.
        candidates: languages that translations may have come out in, as the language identifier
            calls them; empty for all it knows.
        back: the model of the way back and how it decodes; ``None`` if nothing is translated back.
        versions: fingerprints of the identifier and of that model, where they are asked.
    """

    thresholds: dict[str, Any]
    candidates: tuple[str, ...] = ()
    back: Translation | None = None
    versions: tuple[str, ...] = ()

    def key(self) -> tuple[Any, ...]:
        """All that decides which rows are rejected."""
        decoding = (self.back.beam, self.back.length_penalty) if self.back else ()
        return VERSION, self.thresholds, self.candidates, self.versions, decoding


def plan_checks(recipe: Recipe, translator: Model | None) -> Checks | None:
    """The checks a recipe asks for, ``None`` if there are none.

    Args:
        translator: ``None`` if the translations are given.

    Raises:
        InputError: a check cannot be made of these languages, models or translations.
    """
    thresholds = recipe.quality.thresholds()
    if not thresholds:
        return None
    if "score" in thresholds and recipe.translation.given:
        raise InputError("quality.score: given translations have no scores; leave it out")
    checks = Checks(thresholds)
    if "language" in thresholds:
        candidates = _candidates(recipe, translator)
        checks = replace(checks, candidates=candidates, versions=(language.fingerprint(),))
    if "round_trip_chrf" in thresholds:
        back, fingerprint = _way_back(recipe)
        checks = replace(checks, back=back, versions=(*checks.versions, fingerprint))
    return checks


def _candidates(recipe: Recipe, translator: Model | None) -> tuple[str, ...]:
    """The source language and all that the model writes, whichever the recipe asks for, so that
    another target leaves the others alone."""
    for lang in recipe.targets:
        language.label(lang)
    written = _written(translator.manifest) if translator and not recipe.translation.given else ()
    return language.candidates((recipe.source.lang, *recipe.targets, *written)) if written else ()


def _written(manifest: Manifest) -> tuple[str, ...]:
    return tuple(manifest.target_tokens or manifest.text_prefixes or manifest.languages.target)


def _way_back(recipe: Recipe) -> tuple[Translation, str]:
    require_sacrebleu()
    own, quality = recipe.translation, recipe.quality
    name, revision = own.model, own.revision
    if quality.back_model:
        name, revision = quality.back_model, quality.back_revision
    model = translation_model(name, revision)
    for lang in recipe.targets:
        try:
            model.manifest.route(lang, recipe.source.lang)
        except InputError as error:
            raise InputError(f"quality.round_trip_chrf: {error}; name a model that translates "
                             f"{lang}-{recipe.source.lang} in quality.back_model") from None
    decoding = own.model_copy(update={"model": name, "revision": revision})
    return decoding, model.fingerprint
