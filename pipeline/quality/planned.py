"""The checks in the plan of a build: thresholds, languages and the model that translates back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.quality import language
from crosslabel.pipeline.quality.ruined.planned import RuinedCheck, plan_ruined
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.pipeline.recipe import Recipe, TranslationSection

VERSION = 2
"""The version of the checks' results."""


@dataclass(frozen=True, slots=True)
class Checks:
    """The planned checks.

    Attributes:
        thresholds: the threshold of each check.
        candidates: languages that translations may have come out in, as the language identifier
            calls them; empty for all it knows.
        back: decoding of the model that translates back; ``None`` if nothing is translated back.
        versions: keys of the identifier and of that model, if they are used.
        ruined: the check for ruined translations; ``None`` if it is not made.
    """

    thresholds: dict[str, Any]
    candidates: tuple[str, ...] = ()
    back: TranslationSection | None = None
    versions: tuple[str, ...] = ()
    ruined: RuinedCheck | None = None

    def key(self) -> tuple[Any, ...]:
        """Return everything that decides which rows are rejected, and which are ruined."""
        decoding = (self.back.beam, self.back.length_penalty) if self.back else ()
        ruined = self.ruined.key() if self.ruined else ()
        return VERSION, self.thresholds, self.candidates, self.versions, decoding, ruined


def plan_checks(recipe: Recipe, translator: Model | None, back: Model | None) -> Checks | None:
    """Return the checks that a recipe asks for, or ``None`` if there are none.

    Args:
        translator: ``None`` if no translation model is asked.
        back: the model that translates back; ``None`` if nothing is translated back.

    Raises:
        InputError: a check cannot be made with these languages, models or translations.
    """
    by_model = not recipe.translation.given
    thresholds = recipe.quality.thresholds(by_model)
    sees_ruins = recipe.quality.sees_ruins(by_model)
    if not thresholds and not sees_ruins:
        return None
    if "score" in thresholds and recipe.translation.given:
        raise InputError("quality.score: given translations have no scores; leave it out")
    checks = Checks(thresholds)
    if sees_ruins:
        checks = replace(checks, ruined=plan_ruined(translator if by_model else None))
    if "language" in thresholds:
        candidates = _candidates(recipe, translator)
        checks = replace(checks, candidates=candidates, versions=(language.fingerprint(),))
    if back:
        checks = replace(checks, back=recipe.translation,
                         versions=(*checks.versions, back.translations_key))
    return checks


def _candidates(recipe: Recipe, translator: Model | None) -> tuple[str, ...]:
    """Return the source language and all languages that the model writes.

    They are more than the recipe asks for, so that another target does not change the results of
    the others.
    """
    for lang in recipe.targets:
        language.label(lang)
    written = translator.manifest.target_languages if translator else ()
    if recipe.translation.given or not written:
        return ()
    return language.candidates((recipe.source.lang, *recipe.targets, *written))
