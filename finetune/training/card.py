"""The model card that goes with an exported model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from finetune.recipe import FinetuneRecipe
from finetune.sidecar import Sidecar, read_sidecar
from pipeline.models import encoder_model

_AUTO = {"sequence": "AutoModelForSequenceClassification",
         "token": "AutoModelForTokenClassification",
         "qa": "AutoModelForQuestionAnswering"}
_PIPELINE = {"sequence": "text-classification", "token": "token-classification",
             "qa": "question-answering"}


def model_card(recipe: FinetuneRecipe, stage: str, features: Sequence[Path]) -> str:
    """Text of ``README.md``: what the model is, what it was made from, how it is opened."""
    sidecars = [read_sidecar(folder) for folder in features]
    return "\n".join([*_front(recipe, sidecars), "", *_body(recipe, stage, sidecars), ""])


def _front(recipe: FinetuneRecipe, sidecars: Sequence[Sidecar]) -> list[str]:
    facts = {
        "library_name": "transformers",
        "pipeline_tag": _PIPELINE[recipe.task],
        "base_model": recipe.public()["student"],
        "language": sorted({lang for own in sidecars for lang in own.shards}),
        "tags": ["crosslabel", "FILTER"],
    }
    return ["---", yaml.safe_dump(facts, sort_keys=False, allow_unicode=True).strip(), "---"]


def _body(recipe: FinetuneRecipe, stage: str, sidecars: Sequence[Sidecar]) -> Iterator[str]:
    encoder = encoder_model(recipe.student, recipe.revision).manifest
    yield f"# {recipe.name} ({stage})"
    yield ""
    yield (f"{encoder.name} (licence: {encoder.licence}), fine-tuned on pairs of a text and its "
           "translation with the method of FILTER (Fang et al. 2020).")
    if recipe.self_teaching and stage == "student":
        yield (f"It learned soft labels of a teacher with weight {recipe.self_teaching.weight} at "
               f"temperature {recipe.self_teaching.temperature}.")
    yield ""
    yield f"`{_AUTO[recipe.task]}.from_pretrained` opens it and reads one text at a time; with"
    yield "`crosslabel predict --translations` it also sees a translation, as in training."
    yield ""
    yield "## Data"
    yield ""
    for own in sidecars:
        rows = sum(shard.rows for shards in own.shards.values() for shard in shards)
        yield f"- {', '.join(own.shards)}: {rows} rows; {_origin(own)}"
    yield ""
    yield "The licences of the data and of the models that made it hold for this model too."
    yield ""
    yield "## Recipe"
    yield ""
    yield "```yaml"
    yield yaml.safe_dump(recipe.public(), sort_keys=False, allow_unicode=True).strip()
    yield "```"


def _origin(sidecar: Sidecar) -> str:
    return ", ".join(f"{name} {value}" for name, value in sidecar.origin.items()
                     if isinstance(value, str | int | float)) or "origin not stated"
