"""The options for turning texts into features."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crosslabel.finetune.schema import Task
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError

Nested = Literal["outermost", "innermost"]
OnLostSpan = Literal["mask", "drop_pair", "outside"]
_SHORTEST_WINDOWS = 32


class FeatureOptions(BaseModel):
    """The options for turning texts into features.

    Attributes:
        max_length: most tokens of one side, special ones included.
        stride: tokens that neighbouring windows of a context share (question answering).
        nested: the span to tag if spans share words; ``None`` refuses rows with shared words.
        on_lost_span, mask_above: as in the recipe of a corpus; ``None`` takes its choice.
        labels: class names in the order of their numbers, IOB2 tags for spans; ``None`` takes
            the labels of the corpus, ``()`` means regression.
        evaluation: add the columns that lead from tokens back to texts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: Task
    max_length: int = Field(256, ge=8)
    stride: int = Field(128, ge=0)
    nested: Nested | None = None
    on_lost_span: OnLostSpan | None = None
    mask_above: float | None = Field(None, gt=0.0, le=1.0)
    labels: tuple[str, ...] | None = None
    evaluation: bool = False

    @model_validator(mode="after")
    def _windows_advance(self) -> Self:
        if self.task == "qa" and self.max_length < _SHORTEST_WINDOWS:
            raise ValueError(f"max_length: windows of a context need at least "
                             f"{_SHORTEST_WINDOWS} tokens, not {self.max_length}")
        if self.task == "qa" and self.stride > self.max_length // 2:
            raise ValueError(f"stride: {self.stride} is more than half of max_length "
                             f"{self.max_length}")
        return self

    def following(self, recipe: dict[str, Any]) -> FeatureOptions:
        """Return the options with open choices taken from the recipe of a corpus."""
        return self.model_copy(update={
            "on_lost_span": self.on_lost_span or recipe["on_lost_span"],
            "mask_above": self.mask_above or recipe.get("mask_above", 1.0),
        })


def feature_options(**values: Any) -> FeatureOptions:
    """Return the options that a person gave, checked.

    Raises:
        InputError: names the option, its problem and the values that are allowed.
    """
    try:
        return FeatureOptions.model_validate(values)
    except ValidationError as error:
        raise InputError(str(first_problem(error))) from None
