"""Features of a plain file for the model that will read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crosslabel.finetune.features.featurize import features_of
from crosslabel.finetune.features.file_input import content_key, file_source
from crosslabel.finetune.features.options import FeatureOptions, feature_options
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.finetune.schema import Task
from crosslabel.pipeline.corpus.layout import MANIFEST
from crosslabel.pipeline.corpus.records import Example, Reject, unlabelled
from crosslabel.pipeline.labellers.facts import label_facts
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError, at

_MAX_LENGTH: int = FeatureOptions.model_fields["max_length"].default
_WAY_OUT = "give a folder that 'crosslabel finetune' made"


@dataclass(frozen=True, slots=True)
class InputRows:
    """The rows of an input, in order.

    Attributes:
        keys: id and language of each row; ``None`` for one that cannot be read.
        problems: a line for each row without features, with the reason.
    """

    keys: tuple[tuple[str, str] | None, ...]
    problems: list[str]


def featurize_for(
    model: Path,
    input: Path,
    *,
    translations: Location | None = None,
    lang: str | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    max_length: int | None = None,
    stride: int | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[FeatureTable, InputRows]:
    """Return features of a file with the tokenizer and the classes of a model.

    Labels of the rows are ignored: they may differ from those of the model.

    Args:
        model: folder of a fine-tuned model, with its tokenizer.
        translations: corpus that was built from the file.
        columns: which columns of the file hold what, see
            :mod:`crosslabel.pipeline.readers.rows.columns`.
        max_length: tokens of one side; by default 256, or as many as the model takes.
        stride: as in :class:`crosslabel.finetune.features.options.FeatureOptions`.

    Returns:
        The features, and the rows that they were made of.

    Raises:
        InputError: the model or the file cannot be used.
    """
    facts = _facts(model)
    sizes = {"max_length": max_length or min(facts.longest, _MAX_LENGTH), "stride": stride}
    options = feature_options(
        task=facts.task, labels=facts.labels,
        **{name: size for name, size in sizes.items() if size is not None},
    )  # fmt: skip
    if (input / MANIFEST).is_file():
        raise InputError(f"{input}: a corpus; make features of it, with evaluation columns, "
                         "and give these")
    rows = list(read(input, format, lang, columns=columns))
    texts = [replace(unlabelled(row), meta={}) for row in rows if isinstance(row, Example)]
    source = file_source(_Texts(input, texts), options, translations)
    features, rejects = features_of(source, str(model), progress=progress)
    keys = tuple((row.id, row.lang) if isinstance(row, Example) else None for row in rows)
    return features, InputRows(keys, [
        *(_named(row) for row in rows if isinstance(row, Reject)),
        *(f"{input.name}, {row.id}: {'; '.join(row.reasons)}" for row in rejects)])


@dataclass(frozen=True, slots=True)
class _Texts:
    """The rows of a file without their labels."""

    path: Path
    texts: Sequence[Example]
    lang: str | None = None

    def read(self) -> Iterator[Example]:
        return iter(self.texts)

    def key(self) -> list[Any]:
        return [content_key(self.path)]


def _named(row: Reject) -> str:
    return f"{at(row.file, row.row)}: {'; '.join(row.reasons)}"


@dataclass(frozen=True, slots=True)
class _Facts:
    """Facts from the config of a model.

    Attributes:
        longest: most tokens that one side may have.
    """

    task: Task
    labels: tuple[str, ...]
    longest: int


def _facts(model: Path) -> _Facts:
    known = label_facts(model, _WAY_OUT)
    # XLM-R counts positions from the one after padding.
    positions, padding = known.config.get("max_position_embeddings", 514), known.config.get(
        "pad_token_id", 1)
    return _Facts(known.head, known.labels, positions - padding - 1)
