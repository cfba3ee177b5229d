"""A recipe: the YAML that says everything about a corpus build.

Fields are grouped by the step that reads them. ``engine`` holds what may differ between machines
without changing what the corpus is; everything else takes part in the keys that outputs are named
and resumed by.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import langcodes
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

from pipeline.aligner import MAX_PAIRS
from pipeline.methods import BUILD_METHODS, needs_calibrator
from pipeline.projectors import CASCADE
from pipeline.quality.thresholds import Quality
from pipeline.readers.columns import check_columns
from pipeline.records import Task
from pipeline.storage.location import Location, LocationField
from projection.errors import InputError
from projection.files.limits import MAX_FOLDER_NAME
from projection.markers import CONVENTIONS, Markers
from projection.spans.rules import SpanRules

VERSION = 1
NO_MARKERS, MODEL_MARKERS = "off", "model"


def _language(tag: str) -> str:
    if len(tag) > MAX_FOLDER_NAME or not langcodes.tag_is_valid(tag):
        raise ValueError(f"{tag!r} is not a valid BCP-47 language tag, for example 'de' or 'pt-BR'")
    return str(langcodes.standardize_tag(tag))


def _method(name: str) -> str:
    if name not in BUILD_METHODS:
        raise ValueError(f"there is no such method; there are: {', '.join(BUILD_METHODS)}")
    return name


def _markers(value: object) -> object:
    names = (NO_MARKERS, MODEL_MARKERS, *CONVENTIONS)
    if value is False:  # how YAML reads off
        return NO_MARKERS
    if isinstance(value, Markers) or value in names:
        return value
    if not isinstance(value, dict) or set(value) != {"opening", "closing", "spaced"}:
        raise ValueError(f"allowed: {', '.join(names)}, or opening, closing and spaced")
    try:
        return Markers(str(value["opening"]), str(value["closing"]), value["spaced"] is True)
    except InputError as error:
        raise ValueError(str(error)) from error


Format = Literal[
    "auto", "jsonl", "conll", "conllu", "text", "dataset", "tsv", "csv", "slots", "squad"
]
Language = Annotated[str, AfterValidator(_language)]
Method = Annotated[
    str, AfterValidator(_method), Field(json_schema_extra={"enum": list(BUILD_METHODS)})
]


class Part(BaseModel):
    """Common behaviour: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Source(Part):
    """The labelled corpus."""

    path: LocationField = Field(
        description="File or dataset folder, local (relative to the recipe file) or a URL such as "
        "s3://bucket/train.jsonl."
    )
    format: Format = Field("auto", description="How to read it; auto decides by the file name.")
    lang: Language = Field("en", description="Language of rows that do not say theirs.")
    labels: tuple[str, ...] | None = Field(
        None, description="Allowed labels; leave out to accept any."
    )
    max_characters: int = Field(20_000, ge=1, description="Longer texts are rejected.")
    columns: dict[str, str] = Field(
        {}, description="Column or key of the row by what the example has, such as premise: "
        "sentence1; see pipeline.readers.columns. By default the names in the file say it."
    )
    task: Task | None = Field(
        None, description="What rows annotate that do not say it; words where tags are labels of "
        "words, such as parts of speech. By default what rows have decides."
    )
    duplicates: Literal["keep", "exact", "near"] = Field(
        "keep", description="Rows with the text of an earlier row: keep them, or reject those that "
        "are exactly or nearly the same (same letters and digits; from three words on)."
    )
    held_out: tuple[LocationField, ...] = Field(
        (), description="Files of test data in the source language, local (relative to the recipe "
        "file) or URLs. A row with nearly the same text as one of theirs, or 13 words in a row in "
        "common, is rejected. A file with the ending of the source is read as the source is."
    )

    @field_validator("columns")
    @classmethod
    def _possible_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        try:
            check_columns(columns)
        except InputError as error:
            raise ValueError(str(error)) from error
        return columns

    @field_serializer("columns", when_used="json")
    def _columns_in_order(self, columns: dict[str, str]) -> list[list[str]]:
        """Keys and manifests sort what is in an object, but the texts of an example are ordered."""
        return [[key, column] for key, column in columns.items()]

    def public(self) -> dict[str, Any]:
        """The fields without folders, and without what is looked for only if asked."""
        unset = {"duplicates"} if self.duplicates == "keep" else set[str]()
        fields = self.model_dump(mode="json", exclude={"held_out", *unset})
        held_out = {"held_out": [path.name for path in self.held_out]} if self.held_out else {}
        return fields | {"path": self.path.name} | held_out


class Segmentation(Part):
    """How texts are cut before translation."""

    sentences: bool = Field(True, description="Translate sentence by sentence, else whole texts.")


class Translation(Part):
    """The translation model and how it decodes."""

    model: str = Field("mt-en-de-es", description="Shipped name, folder or hub name.")
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    beam: int = Field(4, ge=1, le=64, description="Beam size.")
    length_penalty: float = Field(1.0, ge=0.0, description="Exponent of the length penalty.")
    part_texts: int = Field(2048, ge=1, description="Texts per committed part.")
    given: dict[Language, LocationField] = Field(
        {}, description="By target language a file of translations made elsewhere: JSON lines (.gz "
        "too) with id and text, tokens or fields; relative to the recipe file. Nothing is "
        "translated then; every target needs a file."
    )
    markers: Annotated[str | Markers, BeforeValidator(_markers)] = Field(
        NO_MARKERS, description="How spans are marked in segments that are also translated with "
        "markers: off, model (as its manifest says), a convention of projection.markers, or "
        "opening, closing and spaced of one's own."
    )
    keep: Literal["better", "tagged"] = Field(
        "better", description="Which translation of a segment with spans is kept: 'better', the "
        "one that scores higher without markers, or 'tagged', that made with markers if at least "
        "one span came through."
    )

    @model_validator(mode="after")
    def _known_choice(self) -> Translation:
        if "keep" in self.model_fields_set and self.markers == NO_MARKERS:
            raise ValueError("keep chooses between translations with and without markers; "
                             "set translation.markers too, or leave keep out")
        if self.given and self.markers != NO_MARKERS:
            raise ValueError("given translations have no markers; leave out translation.markers or "
                             "translation.given")
        return self


class Projecting(Part):
    """How labels reach the translation."""

    method: Method = Field(CASCADE, description="How words and spans are matched.")
    model: str = Field("encoder-multilingual", description="Shipped name, folder or hub name.")
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    layer: int | None = Field(None, ge=0, description="Hidden layer; the model's own by default.")
    gap: int | None = Field(
        None, ge=0, description="Unaligned words that may be bridged within a span, in place of "
        "the gaps of the rules; not for 'cascade'."
    )
    rules: dict[str, bool | int | str | list[str] | None] = Field(
        {}, description="How links become spans, see projection.spans; not for 'cascade'."
    )
    bitext: dict[Language, LocationField] = Field(
        {}, description="By the language that labels are projected onto a file of translated "
        "sentences (labelled language, tab, that language; .gz too) that the statistical aligner "
        "also learns from; relative to the recipe file."
    )
    max_pairs: int = Field(
        MAX_PAIRS, ge=1, description="Pairs the statistical aligner learns from at the most, the "
        "corpus first. Shards appear as soon as so many are translated."
    )
    precision: float | None = Field(
        None, ge=0.0, le=1.0, description="Share of projected spans that must be right; less sure "
        "ones are lost. By default the threshold of the calibrator."
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
    def _known_precision(self) -> Projecting:
        if self.precision is not None and not needs_calibrator(self.method):
            raise ValueError(f"precision can be asked of method {CASCADE!r} only")
        return self


class Labelling(Part):
    """A model that labels the translations; their labels are then projected onto the originals."""

    model: str = Field(description="Shipped name, folder or hub name of a transformers checkpoint "
                       "for token classification, sequence classification or question answering.")
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    labels: dict[str, str | None] = Field(
        {}, description="Other names for the model's labels; null leaves a label out."
    )
    no_answer_above: float | None = Field(
        None, description="A question has no answer where the logits say so by more than this; by "
        "default every question has one."
    )


class Output(Part):
    """What is written."""

    shard_rows: int = Field(2000, ge=1, description="Input rows per shard.")


class Engine(Part):
    """The machine: nothing here changes which rows, ids or counts come out."""

    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where models run.")
    device_index: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        (0,), min_length=1, description="Numbers of the GPUs that translate side by side; other "
        "models run on the first that CUDA_VISIBLE_DEVICES shows."
    )
    compute_type: str = Field("auto", description="CTranslate2 compute type, e.g. float16.")
    threads: int = Field(0, ge=0, description="CPU threads per model; 0 takes all cores.")
    batch_tokens: int = Field(0, ge=0, description="Source tokens per batch; 0 is automatic.")


class Recipe(Part):
    """Everything about one corpus build."""

    crosslabel: Literal[1] = Field(1, description="Version of the recipe format.")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=MAX_FOLDER_NAME,
                      description="Short name of the corpus.")
    source: Source
    targets: tuple[Language, ...] = Field(min_length=1, description="Languages to translate into.")
    segmentation: Segmentation = Segmentation()
    translation: Translation = Translation()
    label: Labelling | None = Field(
        None, description="Translate-test: what labels the translation of an unlabelled source. "
        "Without it the source is labelled (translate-train)."
    )
    projection: Projecting = Projecting()
    on_lost_span: Literal["mask", "drop_pair", "outside"] = Field(
        "mask", description="What a span without a target means for word tags."
    )
    mask_above: float = Field(
        0.05, gt=0.0, le=1.0, description="With 'mask', words that belong to a lost span with this "
        "probability or a higher have no known tag. On the calibrator's fitting data 0.05 masks "
        "90 % of the words of lost spans (0.3: 70 %) and a third of the untagged words of their "
        "sentences; of those left outside 2 % are wrong, 16 % without masking."
    )
    quality: Quality = Quality()
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
        """Languages of side a, which labels are projected onto, and of side b.

        Args:
            lang: one of the targets.
        """
        return (lang, self.source.lang) if self.label is None else (self.source.lang, lang)

    def public(self) -> dict[str, Any]:
        """The fields that say what the corpus is, without machine settings and local paths."""
        fields = self.model_dump(mode="json", exclude={"engine"})
        fields["source"] = self.source.public()
        if checks := self.quality.public():
            fields["quality"] = checks
        else:
            del fields["quality"]
        for part in ("translation", "projection", *(("label",) if self.label else ())):
            model = fields[part]["model"]
            fields[part]["model"] = Path(model).name if Path(model).is_dir() else model
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
