"""The sections ``segmentation``, ``translation`` and ``label`` of a recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from crosslabel.pipeline.recipe.model_names import FOLDER, ModelName
from crosslabel.pipeline.recipe.section import Language, Section
from crosslabel.pipeline.storage.location import LocationField
from crosslabel.pipeline.storage.shipped import TRANSLATION_MODEL
from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import CONVENTIONS, Markers

NO_MARKERS, MODEL_MARKERS = "off", "model"


def _markers(value: object) -> object:
    names = (NO_MARKERS, MODEL_MARKERS, *CONVENTIONS)
    if value is False:  # YAML reads off as false
        return NO_MARKERS
    if isinstance(value, Markers) or value in names:
        return value
    if not isinstance(value, dict) or set(value) != {"opening", "closing", "spaced"}:
        raise ValueError(f"allowed: {', '.join(names)}, or opening, closing and spaced")
    try:
        return Markers(str(value["opening"]), str(value["closing"]), value["spaced"] is True)
    except InputError as error:
        raise ValueError(str(error)) from error


class Segmentation(Section):
    """The settings for cutting texts before translation."""

    sentences: bool = Field(True, description="Translate sentence by sentence, else whole texts.")


class TranslationSection(Section):
    """The translation model and the settings of its decoding."""

    model: ModelName = Field(TRANSLATION_MODEL,
                             description=f"Shipped name, {FOLDER} or hub name.")
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    beam: int = Field(4, ge=1, le=64, description="Beam size.")
    length_penalty: float = Field(1.0, ge=0.0, description="Exponent of the length penalty.")
    part_texts: int = Field(2048, ge=1, description="Texts per committed part.")
    given: dict[Language, LocationField] = Field(
        {}, description="For each target language, a file of translations made elsewhere: JSON "
        "lines (.gz too) with id and text, tokens or fields; relative to the recipe file. Nothing "
        "is translated then; every target needs a file."
    )
    markers: Annotated[str | Markers, BeforeValidator(_markers)] = Field(
        NO_MARKERS, description="How spans are marked in segments that are also translated with "
        "markers: off, model (as its manifest says), a convention of "
        "crosslabel.projection.markers, or a mapping of opening, closing and spaced."
    )
    keep: Literal["better", "tagged"] = Field(
        "better", description="Which translation of a segment with spans is kept: 'better', the "
        "one that scores higher without markers, or 'tagged', the one made with markers if at "
        "least one span came through."
    )

    @model_validator(mode="after")
    def _known_choice(self) -> TranslationSection:
        if "keep" in self.model_fields_set and self.markers == NO_MARKERS:
            raise ValueError("keep chooses between translations with and without markers; "
                             "set translation.markers too, or leave keep out")
        if self.given and self.markers != NO_MARKERS:
            raise ValueError("given translations have no markers; leave out translation.markers or "
                             "translation.given")
        return self


class Labelling(Section):
    """A model that labels the translations; their labels are then projected onto the originals."""

    model: ModelName = Field(
        description=f"Shipped name, {FOLDER} or hub name of a transformers checkpoint for token "
        "classification, sequence classification or question answering; also the model that a "
        "fine-tuning made."
    )
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    labels: dict[str, str | None] = Field(
        {}, description="Other names for the model's labels; null leaves a label out."
    )
    no_answer_above: float | None = Field(
        None, description="A question has no answer if the logits favour none by more than this; "
        "by default every question has an answer."
    )
