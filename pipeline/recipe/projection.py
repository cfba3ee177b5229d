"""The section ``projection`` of a recipe."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator, model_validator

from crosslabel.pipeline.recipe.methods import BUILD_METHODS, CASCADE, METHODS
from crosslabel.pipeline.recipe.model_names import FOLDER, ModelName
from crosslabel.pipeline.recipe.section import Language, Section
from crosslabel.pipeline.storage.location import LocationField
from crosslabel.pipeline.storage.shipped import ENCODER
from crosslabel.projection.errors import InputError
from crosslabel.projection.spans.rules import SpanRules

MAX_PAIRS = 200_000
"""Default limit for the pairs that a statistical aligner learns from."""


def _method(name: str) -> str:
    if name not in BUILD_METHODS:
        raise ValueError(f"there is no such method; there are: {', '.join(BUILD_METHODS)}")
    return name


MethodName = Annotated[
    str, AfterValidator(_method), Field(json_schema_extra={"enum": list(BUILD_METHODS)})
]


class ProjectionSection(Section):
    """The settings of projection."""

    method: MethodName = Field(CASCADE, description="How words and spans are matched.")
    model: ModelName = Field(ENCODER, description=f"Shipped name, {FOLDER} or hub name.")
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    layer: int | None = Field(None, ge=0, description="Hidden layer; the model's by default.")
    gap: int | None = Field(
        None, ge=0, description="Unaligned words that may be bridged within a span, in place of "
        "the gaps of the rules; not for 'cascade'."
    )
    rules: dict[str, bool | int | str | list[str] | None] = Field(
        {}, description="How links become spans, see crosslabel.projection.spans; not for "
        "'cascade'."
    )
    bitext: dict[Language, LocationField] = Field(
        {}, description="For each language that labels are projected onto, a file of translated "
        "sentences (labelled language, tab, this language; .gz too) that the statistical aligner "
        "also learns from; relative to the recipe file."
    )
    max_pairs: int = Field(
        MAX_PAIRS, ge=1, description="Pairs that the statistical aligner learns from at most, the "
        "corpus first. Shards appear as soon as this many pairs are translated."
    )
    precision: float | None = Field(
        None, ge=0.0, le=1.0, description="Share of projected spans that must be right; less "
        "certain spans are lost. By default the threshold of the calibrator."
    )

    @field_validator("rules")
    @classmethod
    def _known_rules(cls, rules: dict[str, Any]) -> dict[str, Any]:
        try:
            SpanRules.of(rules)
        except InputError as error:
            raise ValueError(str(error)) from error
        return rules

    @model_validator(mode="after")
    def _known_precision(self) -> ProjectionSection:
        if self.precision is not None and not METHODS[self.method].calibrated:
            raise ValueError(f"precision can be set for method {CASCADE!r} only")
        return self
