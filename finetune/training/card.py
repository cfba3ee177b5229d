"""The model card that goes with an exported model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.sidecar import Sidecar, read_sidecar
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.projection.plain import plain

_MARKDOWN = re.compile(r"([\\`*\[\]<>|&])")
_BACKTICKS = re.compile("`+")
_AUTO = {"sequence": "AutoModelForSequenceClassification",
         "token": "AutoModelForTokenClassification",
         "qa": "AutoModelForQuestionAnswering"}
_PIPELINE = {"sequence": "text-classification", "token": "token-classification",
             "qa": "question-answering"}


def model_card(recipe: FinetuneRecipe, stage: str, features: Sequence[Path]) -> str:
    """Return the text of ``README.md``: the model, its data, its recipe and how to open it."""
    sidecars = [read_sidecar(folder) for folder in features]
    return "\n".join([*_front(recipe, sidecars), "", *_body(recipe, stage, sidecars), ""])


def _front(recipe: FinetuneRecipe, sidecars: Sequence[Sidecar]) -> list[str]:
    facts = {
        "library_name": "transformers",
        "pipeline_tag": _PIPELINE[recipe.task],
        "base_model": recipe.public()["student"],
        "language": sorted({lang for sidecar in sidecars for lang in sidecar.shards}),
        "tags": ["crosslabel", "FILTER"],
    }
    return ["---", yaml.safe_dump(facts, sort_keys=False, allow_unicode=True).strip(), "---"]


def _body(recipe: FinetuneRecipe, stage: str, sidecars: Sequence[Sidecar]) -> Iterator[str]:
    encoder = encoder_model(recipe.student, recipe.revision).manifest
    yield f"# {_escaped(recipe.name)} ({stage})"
    yield ""
    yield (f"{_escaped(encoder.name)} (licence: {_escaped(encoder.licence)}), fine-tuned on pairs "
           "of a text and its translation with the method of FILTER (Fang et al. 2020).")
    if recipe.self_teaching and stage == "student":
        yield (f"It learned soft labels of a teacher with weight {recipe.self_teaching.weight} at "
               f"temperature {recipe.self_teaching.temperature}.")
    yield ""
    yield f"`{_AUTO[recipe.task]}.from_pretrained` opens it and reads one text at a time; with"
    yield "`crosslabel predict --translations` it also sees a translation, as in training."
    yield ""
    yield "## Data"
    yield ""
    for sidecar in sidecars:
        rows = sum(shard.rows for shards in sidecar.shards.values() for shard in shards)
        yield f"- {', '.join(sidecar.shards)}: {rows} rows; {_escaped(_origin(sidecar))}"
    yield ""
    yield "The licences of the data and of the models that made it hold for this model too."
    yield ""
    yield "## Recipe"
    yield ""
    text = yaml.safe_dump(recipe.public(), sort_keys=False, allow_unicode=True).strip()
    fence = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(text))])
    yield f"{fence}yaml"
    yield text
    yield fence


def _escaped(text: str) -> str:
    """Return text from outside as plain words, without HTML, links or other Markdown."""
    return _MARKDOWN.sub(r"\\\1", plain(text))


def _origin(sidecar: Sidecar) -> str:
    return ", ".join(f"{name} {value}" for name, value in sidecar.origin.items()
                     if isinstance(value, str | int | float)) or "origin not stated"
