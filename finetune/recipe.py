"""A fine-tuning recipe: the YAML that says which pairs train which student, and how.

``machine`` holds settings that may differ between machines; they change only the rounding.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from crosslabel.finetune.model.frozen import Frozen
from crosslabel.finetune.reading.collate import SoftTokens
from crosslabel.finetune.reading.sampling import Sampling
from crosslabel.finetune.schema import Task
from crosslabel.pipeline.corpus.records import Task as RowTask
from crosslabel.pipeline.recipe import Format, Language, Section
from crosslabel.pipeline.recipe.model_names import FOLDER, ModelName, without_folders
from crosslabel.pipeline.storage.location import LocationField
from crosslabel.pipeline.storage.shipped import ENCODER
from crosslabel.projection.files.limits import MAX_FOLDER_NAME

GoldName = Annotated[
    str, StringConstraints(pattern=r"^\w[\w. -]*$", max_length=MAX_FOLDER_NAME)
]
"""Name of a gold file, and of its folder in the run."""


class Data(Section):
    """Training pairs: a corpus made by ``crosslabel build``, a labelled file paired with itself, or
    features made of either by ``crosslabel featurize``.
    """

    path: LocationField = Field(
        description="Folder or labelled file; relative to the recipe file. A corpus or a file may "
        "be a URL."
    )
    format: Format = Field("auto", description="How to read a file; auto decides by its name.")
    lang: Language | None = Field(None, description="Language of a file's rows.")
    columns: dict[str, str] = Field(
        {}, description="Column of the file for each field of its rows, as in a corpus recipe."
    )
    rows: RowTask | None = Field(
        None, description="Kind of labels in a file whose rows do not name it: spans, text or "
        "words."
    )


class EvaluationSection(Data):
    """A gold file to predict and score; side b is its translation, if there is one."""

    translations: LocationField | None = Field(
        None, description="Corpus built from this file with the source language as its target."
    )


class Features(Section):
    """The settings for turning texts into tokens and labels."""

    max_length: int = Field(256, ge=16, description="Most tokens of a side, special ones included.")
    stride: int = Field(
        128, ge=1, description="Tokens that neighbouring windows of a context share."
    )
    nested: Literal["outermost", "innermost"] | None = Field(
        None, description="Which of several nested spans is tagged; by default nesting is an error."
    )
    on_lost_span: Literal["mask", "drop_pair", "outside"] | None = Field(
        None, description="How to treat a span without a projection; by default as in the corpus."
    )
    mask_above: float | None = Field(
        None, gt=0.0, le=1.0, description="With mask, words that belong to a lost span with this "
        "probability or a higher one have no known tag; by default as in the corpus."
    )


class Fusion(Section):
    """The layers that see both sides (Fang et al. 2020, section 3)."""

    local: int = Field(1, ge=0, description="Layers before the fused ones, m.")
    layers: int | None = Field(
        None, ge=0, description="Layers that see both sides, k; 0 is plain translate-train. By "
        "default 1, for question answering 20 of 24."
    )
    sides: Literal[1, 2] = Field(2, description="1 trains on side a alone; k must be 0.")

    @model_validator(mode="after")
    def _one_side_fuses_nothing(self) -> Fusion:
        if self.sides == 1 and self.layers != 0:
            raise ValueError("with sides: 1 there is nothing to fuse; set fusion.layers to 0")
        return self


class Training(Section):
    """The settings for learning the weights, in each stage."""

    learning_rate: float = Field(5e-6, gt=0.0, description="Peak learning rate of AdamW.")
    epochs: float = Field(3.0, gt=0.0, description="Passes over the sampled rows.")
    batch_rows: int = Field(32, ge=1, description="Rows per batch on one device.")
    accumulation: int = Field(1, ge=1, description="Batches per step.")
    warmup: float = Field(0.0, ge=0.0, lt=1.0, description="Share of the steps used for warm-up.")
    weight_decay: float = Field(0.0, ge=0.0, description="Weight decay of AdamW.")
    clip: float = Field(1.0, gt=0.0, description="Largest gradient norm.")
    freeze: Frozen | None = Field(
        None, description="Weights that stay as they are: word_embeddings, which are most of a "
        "small multilingual encoder and most of the work of AdamW on a CPU."
    )
    dropout: float = Field(0.1, ge=0.0, lt=1.0, description="Dropout of all layers and heads.")
    sampling: Sampling | None = Field(
        None, description="all: every row each epoch; one_language: each example in one language, "
        "drawn anew. By default one_language for tagging, else all."
    )
    source_weight: float = Field(1.0, ge=0.0, description="Weight of side b's hard labels.")
    hard_labels: bool = Field(True, description="Also learn the hard labels of side a.")
    average: int = Field(
        1, ge=1, description="Number of last checkpoints whose mean is the model; each epoch "
        "leaves one."
    )
    checkpoint_steps: int | None = Field(
        None, ge=1, description="Steps between checkpoints; by default one per epoch, at its end."
    )
    seed: int = Field(1, ge=0, description="Seed of the row order, dropout and new heads.")


class SelfTeaching(Section):
    """The second stage: a student that also learns the teacher's soft labels."""

    weight: float = Field(0.5, gt=0.0, le=1.0, description="λ: weight of soft labels; hard labels "
                          "of side a get the rest.")
    temperature: float = Field(1.0, gt=0.0, description="Temperature of both distributions.")
    tokens: SoftTokens = Field(
        "all", description="Tokens with soft labels in tagging: all, or the first of each word."
    )


class MachineSection(Section):
    """The settings of the machine."""

    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where models run.")
    bf16: bool = Field(False, description="Compute in bfloat16.")
    threads: int = Field(0, ge=0, description="CPU threads; 0 takes all cores.")
    workers: int = Field(0, ge=0, description="Processes that prepare batches.")
    activation_checkpointing: bool = Field(
        False, description="Save memory by computing activations twice."
    )
    tensorboard: bool = Field(True, description="Write TensorBoard curves beside the checkpoints.")


class FinetuneRecipe(Section):
    """All settings of one fine-tuning run."""

    crosslabel: Literal[1] = Field(1, description="Version of the recipe format.")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=MAX_FOLDER_NAME,
                      description="Short name of the run.")
    task: Task = Field(description="sequence: classes or values of texts; token: labels of words, "
                       "and spans; qa: answers to questions.")
    data: tuple[Data, ...] = Field(min_length=1, description="Training pairs.")
    labels: tuple[str, ...] | None = Field(
        None, description="Labels in the order of their numbers, IOB2 tags for spans; by default "
        "the labels of the corpora."
    )
    student: ModelName = Field(ENCODER, description=f"Shipped name, {FOLDER} or hub name.")
    revision: str | None = Field(None, description="Hub revision (commit, tag or branch).")
    features: Features = Features()
    fusion: Fusion = Fusion()
    training: Training = Training()
    self_teaching: SelfTeaching | None = Field(
        None, description="Second stage; without it the model of the first stage is the result."
    )
    teachers: tuple[Path, ...] = Field(
        (), description="Models that teach instead of a first stage of this run."
    )
    evaluation: dict[GoldName, EvaluationSection] = Field({}, description="Gold files by name.")
    machine: MachineSection = MachineSection()

    @model_validator(mode="after")
    def _consistent(self) -> FinetuneRecipe:
        if self.teachers and self.self_teaching is None:
            raise ValueError("teachers teach in the second stage; set self_teaching too")
        return self

    def public(self) -> dict[str, object]:
        """Return the fields that decide the result, without machine settings and local paths."""
        fields = self.model_dump(mode="json", exclude={"machine"})
        for section in (*fields["data"], *fields["evaluation"].values()):
            for key in ("path", "translations"):
                if section.get(key):
                    section[key] = Path(section[key]).name
        fields["teachers"] = [Path(path).name for path in fields["teachers"]]
        fields["student"] = without_folders(self.student)
        return fields
