"""A recipe: the YAML with all settings of a corpus build.

Fields are grouped by the step that reads them, one file for each group. ``engine`` holds what may
differ between machines without changing the corpus; everything else takes part in the keys by which
outputs are named and resumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from crosslabel.pipeline.recipe.engine import Engine, Output
from crosslabel.pipeline.recipe.model_names import without_folders
from crosslabel.pipeline.recipe.projection import ProjectionSection
from crosslabel.pipeline.recipe.protect import ProtectRule
from crosslabel.pipeline.recipe.quality import QualitySection
from crosslabel.pipeline.recipe.section import Language, Section
from crosslabel.pipeline.recipe.source import Format, SourceSection
from crosslabel.pipeline.recipe.translation import (
    MODEL_MARKERS,
    NO_MARKERS,
    Labelling,
    Segmentation,
    TranslationSection,
)
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.files.limits import MAX_FOLDER_NAME

__all__ = ["MODEL_MARKERS", "NO_MARKERS", "Engine", "Format", "Labelling", "Language", "Output",
           "ProjectionSection", "Recipe", "Section", "Segmentation", "SourceSection",
           "TranslationSection"]


class Recipe(Section):
    """All settings of one corpus build."""

    crosslabel: Literal[1] = Field(1, description="Version of the recipe format.")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=MAX_FOLDER_NAME,
                      description="Short name of the corpus.")
    source: SourceSection
    targets: tuple[Language, ...] = Field(min_length=1, description="Languages to translate into.")
    segmentation: Segmentation = Segmentation()
    protect: tuple[ProtectRule, ...] | None = Field(
        None, description="What stays as it is in translations, see docs/protection.md: names of "
        "rules, 'terms: FILE' for a file with a term per line, 'pattern: REGEX' for an own regular "
        "expression; [] for nothing. Leave out for all rules but numbers, and without code, math "
        "and markup in rows that are cut into words."
    )
    translation: TranslationSection = TranslationSection()
    label: Labelling | None = Field(
        None, description="Translate-test: the model that labels the translation of an unlabelled "
        "source. Without it the source is labelled (translate-train)."
    )
    projection: ProjectionSection = ProjectionSection()
    on_lost_span: Literal["mask", "drop_pair", "outside"] = Field(
        "mask", description="How word tags treat a span without a target."
    )
    mask_above: float = Field(
        0.05, gt=0.0, le=1.0, description="With 'mask', words that belong to a lost span with at "
        "least this probability have no known tag. On the calibrator's fitting data 0.05 masks "
        "90 % of the words of lost spans (0.3: 70 %) and a third of the untagged words of their "
        "sentences; of the words left outside 2 % are wrong, 16 % without masking."
    )
    quality: QualitySection = QualitySection()
    output: Output = Output()
    engine: Engine = Engine()

    @model_validator(mode="after")
    def _distinct_targets(self) -> Recipe:
        if len(set(self.targets)) != len(self.targets):
            raise ValueError("targets: a language is named twice")
        if self.source.lang in self.targets:
            raise ValueError(f"targets: {self.source.lang!r} is already the source language")
        return self

    @model_validator(mode="after")
    def _given_whole(self) -> Recipe:
        if not self.translation.given:
            return self
        missing = [lang for lang in self.targets if lang not in self.translation.given]
        if missing:
            raise ValueError(f"translation.given: no file for {', '.join(missing)}; with given "
                             "translations every target needs one")
        if self.segmentation.sentences:
            raise ValueError("translation.given: given translations are of whole texts, not of "
                             "sentences; set segmentation.sentences to false")
        return self

    @model_validator(mode="after")
    def _labelled_once(self) -> Recipe:
        if self.label is None:
            return self
        if len(self.targets) != 1:
            raise ValueError("label: one translation is labelled; name one language in targets")
        if self.translation.markers != NO_MARKERS:
            raise ValueError("label: the source has no spans to mark; leave out "
                             "translation.markers")
        if self.source.labels is not None:
            raise ValueError("label: labels of the source are not looked at; leave out "
                             "source.labels, use label.labels")
        return self

    def sides(self, lang: str) -> tuple[str, str]:
        """Return the languages of side a, which labels are projected onto, and of side b.

        Args:
            lang: one of the targets.
        """
        return (lang, self.source.lang) if self.label is None else (self.source.lang, lang)

    def public(self) -> dict[str, Any]:
        """Return the fields that define the corpus, without machine settings and local paths."""
        fields = self.model_dump(mode="json", exclude={"engine"})
        fields["source"] = self.source.public()
        if checks := self.quality.public(by_model=not self.translation.given):
            fields["quality"] = checks
        else:
            del fields["quality"]
        for part in ("translation", "projection", *(("label",) if self.label else ())):
            fields[part]["model"] = without_folders(fields[part]["model"])
        if self.translation.markers == NO_MARKERS:
            del fields["translation"]["markers"], fields["translation"]["keep"]
        if self.label is None:
            del fields["label"]
        del fields["translation"]["given"]
        if self.translation.given:
            fields["translation"] = {"given": _names(self.translation.given)}
        fields["projection"]["bitext"] = _names(self.projection.bitext)
        return fields


def _names(files: Mapping[str, Location]) -> dict[str, str]:
    return {lang: path.name for lang, path in files.items()}
