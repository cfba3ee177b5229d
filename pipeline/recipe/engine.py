"""The sections ``output`` and ``engine`` of a recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from crosslabel.pipeline.recipe.section import Section


class Output(Section):
    """The settings of the output."""

    shard_rows: int = Field(2000, ge=1, description="Input rows per shard.")


class Engine(Section):
    """The settings of the machine; none of them changes which rows, ids or counts come out."""

    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where models run.")
    device_index: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        (0,), min_length=1, description="Numbers of the GPUs that translate side by side; other "
        "models run on the first that CUDA_VISIBLE_DEVICES shows."
    )
    compute_type: str = Field("auto", description="CTranslate2 compute type, e.g. float16.")
    threads: int = Field(0, ge=0, description="CPU threads per model; 0 takes all cores.")
    batch_tokens: int = Field(0, ge=0, description="Source tokens per batch; 0 is automatic.")
