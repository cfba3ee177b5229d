"""Fine-tuned students: prediction, soft labels, and features for training."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.library.arguments import ONE_OR_MORE_PLACES, UNCHECKED, checked, one_of
from crosslabel.library.names import ENCODER
from crosslabel.library.places import local_place, local_places, place
from crosslabel.library.progress import Progress, shown
from crosslabel.library.sources import as_file, is_place
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.finetune.inference.forward import Device, LoadedModels
    from crosslabel.finetune.inference.raw_input import InputRows
    from crosslabel.finetune.reading.table import FeatureTable
    from crosslabel.finetune.sidecar import Sidecar as Sidecar
    from crosslabel.finetune.soft_labels import SoftSidecar
    from crosslabel.library.places import Place
    from crosslabel.library.sources import Rows
    from crosslabel.pipeline.corpus.predictions import Prediction

_NAMED_ROWS = 10


class Student:
    """A model that :func:`fine_tune` made, or several whose logits are averaged.

    >>> student = cl.Student.from_pretrained("out/my-filter/student/model")
    >>> student.predict(["Anna Keller wohnt in Hamburg."], lang="de")[0].spans

    Attributes:
        models: their folders.
        results: figures on gold files, if :func:`fine_tune` returned the student.
    """

    def __init__(
        self, models: Sequence[Path], device: Device, results: dict[str, Any] | None = None
    ) -> None:
        self.models = tuple(models)
        self.results = results
        self._device = device
        self._loaded: tuple[Sidecar, LoadedModels] | None = None

    @classmethod
    @checked(model=ONE_OR_MORE_PLACES)
    def from_pretrained(
        cls, model: Place | Sequence[Place], *, device: str = "auto", bf16: bool = False,
        batch_tokens: int = 8192,
    ) -> Student:
        """Name the folder of a fine-tuned model, or several; they are loaded at the first use.

        Args:
            device: ``auto``, ``cpu`` or ``cuda``.
            bf16: compute in bfloat16.
            batch_tokens: tokens of a batch, counting both sides.

        Raises:
            InputError: a folder does not exist.
        """
        from crosslabel.finetune.inference.forward import Device

        folders = local_places(model, "the folder of a model")
        missing = next((folder for folder in folders if not folder.is_dir()), None)
        if missing is not None or not folders:
            raise InputError(f"{missing or 'model'}: no such folder; give a folder that fine_tune "
                             "or 'crosslabel finetune' made")
        return cls(folders, Device(device, bf16, batch_tokens))

    @checked()
    def predict(
        self,
        texts: Sequence[str] | Rows | Place,
        *,
        lang: str | None = None,
        translations: Place | None = None,
        format: str | None = None,
        columns: Mapping[str, str] | None = None,
        max_length: int | None = None,
        stride: int | None = None,
        progress: Progress | bool = False,
    ) -> list[Prediction | None]:
        """Predict tags and spans, classes, values or answers.

        A model that fuses both sides sees the translation of a row, or the row twice if it has no
        translation.

        Args:
            texts: texts, rows with their fields (``premise`` and ``hypothesis``, …) as a list of
                dicts, a ``datasets.Dataset`` or a pandas frame, a file, or a folder of features.
            lang: language of rows that do not name one.
            translations: the corpus that was built from these rows into the other language.
            format, columns: of a file or table, as :func:`read` takes them.
            max_length: most tokens of one side; 256 by default.
            stride: tokens that neighbouring windows of a context share; 128 by default.

        Returns:
            For rows in memory a prediction for each row, in order, and ``None`` for a row that
            cannot be used; for a file or features one for each row that can be used. Warnings name
            the others and count them; their numbers start at 1.

        Raises:
            InputError: the model or the rows cannot be used.
        """
        settings = _settings(lang=lang, translations=translations, format=format, columns=columns,
                             max_length=max_length, stride=stride)
        with shown(progress) as display, self._features(texts, settings, display.progress) as (
                features, rows):
            predictions = list(self._predict(features, display.progress))
        _warn(rows)
        if is_place(texts):
            return list(predictions)
        by_key = {(prediction.id, prediction.lang): prediction for prediction in predictions}
        return [None if key is None else by_key.get(key) for key in rows.keys]

    @checked()
    def predict_file(
        self,
        input: Place,
        output: Place,
        *,
        lang: str | None = None,
        translations: Place | None = None,
        format: str | None = None,
        columns: Mapping[str, str] | None = None,
        max_length: int | None = None,
        stride: int | None = None,
        progress: Progress | bool = True,
    ) -> list[str]:
        """Predict the rows of a file or of features; write a line of JSON for each example.

        Args:
            input: features with evaluation columns, or a file in any supported format, labelled or
                not.
            output: a local file.
            lang, translations, format, columns, max_length, stride: as for :meth:`predict`.

        Returns:
            A message for each row that cannot be used.

        Raises:
            InputError: the model or a file cannot be used.
        """
        from crosslabel.library.lines import line_writer

        settings = _settings(lang=lang, translations=translations, format=format, columns=columns,
                             max_length=max_length, stride=stride)
        with (
            shown(progress) as display,
            line_writer(local_place(output, "the output file")) as write,
            self._features(local_place(input, "the input"), settings, display.progress) as (
                features, rows),
        ):
            for prediction in self._predict(features, display.progress):
                write(json.dumps(prediction.as_row(), ensure_ascii=False))
        return rows.problems

    @checked()
    def soften(
        self, features: Place | Sequence[Place], out: Place, *, progress: Progress | bool = True
    ) -> SoftSidecar:
        """Write the soft labels of all rows of features, shard by shard, keeping existing shards.

        Args:
            features: folders made by :meth:`featurize`.
            out: a local folder.

        Raises:
            InputError: a folder or model cannot be used, or they do not fit each other.
        """
        from crosslabel.finetune.inference.soften import soften

        folders = local_places(features, "a folder of features")
        with shown(progress) as display:
            return soften(folders, self.models, local_place(out, "the folder of soft labels"),
                          device=self._device, progress=display.progress)

    @staticmethod
    @checked(input=UNCHECKED, task=one_of("token", "sequence", "qa"))
    def featurize(
        input: Place | Rows,
        out: Place,
        *,
        task: str,
        student: str = ENCODER,
        revision: str | None = None,
        max_length: int | None = None,
        stride: int | None = None,
        nested: str | None = None,
        on_lost_span: str | None = None,
        mask_above: float | None = None,
        evaluation: bool = False,
        translations: Place | None = None,
        lang: str | None = None,
        format: str | None = None,
        columns: Mapping[str, str] | None = None,
        labels_from: Place | None = None,
        progress: Progress | bool = True,
    ) -> Sidecar:
        """Turn pairs into sub-words with labels, as shards for training without a tokenizer.

        In a corpus, side a is the translation and side b the source text. In a labelled file, side
        a is the text of a row and side b its translation, if there is one.

        Args:
            input: folder of a corpus, a labelled file, or labelled rows in memory.
            out: a local folder.
            task: ``token``, ``sequence`` or ``qa``.
            student: encoder to train: shipped name, folder or hub name.
            revision: of a student of the hub.
            max_length: most tokens of one side; 256 by default.
            stride: tokens that neighbouring windows of a context share; 128 by default.
            nested: span to tag if spans share words: ``outermost`` or ``innermost``.
            on_lost_span: ``mask``, ``drop_pair`` or ``outside``; by default as in the corpus.
            mask_above: with ``mask``, the least probability of a word to be unknown.
            evaluation: keep texts and offsets; always on for files.
            translations: for a file, the corpus that was built from it.
            lang, format, columns: of a file, as :func:`read` takes them.
            labels_from: features with the same classes; required for files.

        Returns:
            What the features are: languages, shards, labels and counts.

        Raises:
            InputError: the input, the options or the folder cannot be used.
        """
        from crosslabel.finetune.features.featurize import featurize
        from crosslabel.finetune.features.options import feature_options

        labels = _labels_of(labels_from, task)
        given = {"max_length": max_length, "stride": stride, "nested": nested,
                 "on_lost_span": on_lost_span, "mask_above": mask_above, "labels": labels}
        options = feature_options(
            task=task, evaluation=evaluation,
            **{name: value for name, value in given.items() if value is not None})
        folder = local_place(out, "the folder of features")
        translated = None if translations is None else place(translations)
        with as_file(input, "input") as (file, _), shown(progress) as display:
            return featurize(file, folder, student, options, revision=revision,
                             translations=translated, lang=lang, format=format, columns=columns,
                             progress=display.progress)

    @contextmanager
    def _features(
        self, rows: Rows | Place, settings: Mapping[str, Any], progress: Any
    ) -> Iterator[tuple[FeatureTable, InputRows]]:
        """Yield the rows if they are features, or else features of them, and the rows."""
        from crosslabel.finetune.inference.raw_input import InputRows, featurize_for
        from crosslabel.finetune.reading.table import FeatureTable
        from crosslabel.finetune.sidecar import FILE

        with as_file(rows, "texts") as (place_of_rows, renamed):
            path = local_place(place_of_rows, "the input")
            if not (path / FILE).is_file():
                features, read = featurize_for(self.models[0], path, progress=progress, **settings)
                yield features, InputRows(read.keys, list(map(renamed, read.problems)))
                return
            given = next((name for name, value in settings.items() if value is not None), None)
            if given is not None:
                raise InputError(f"{path}: is a folder of features already; leave out "
                                 f"{given.replace('_', ' ')}")
            yield FeatureTable.open(path), InputRows((), [])

    def _predict(self, features: FeatureTable, progress: Any) -> Iterator[Prediction]:
        from crosslabel.finetune.inference.predict import predict_with

        return predict_with(lambda: self._load(features.sidecar), features, progress=progress)

    def _load(self, sidecar: Sidecar) -> LoadedModels:
        """Return the models, loaded once for all features of a kind."""
        from crosslabel.finetune.inference.forward import LoadedModels

        kind = (sidecar.tokenizer, sidecar.labels)
        if self._loaded is None or (self._loaded[0].tokenizer, self._loaded[0].labels) != kind:
            self._loaded = sidecar, LoadedModels.load(self.models, sidecar, self._device)
        return self._loaded[1]

    def __repr__(self) -> str:
        return f"Student({', '.join(map(repr, map(str, self.models)))})"

    def _repr_html_(self) -> str:
        from crosslabel.library.html import table

        scores = (self.results or {}).get("scores", {})
        rows = [(gold, lang, score["examples"][lang], metric, round(figure["value"], 4))
                for gold, score in scores.items()
                for lang, figures in score["languages"].items()
                for metric, figure in figures.items()]
        folders = ", ".join(map(str, self.models))
        figures = table(("gold file", "language", "examples", "metric", "value"), rows)
        return f"<div>{table(('model',), [(folders,)])}{figures if rows else ''}</div>"


def _settings(**given: Any) -> dict[str, Any]:
    translations = given["translations"]
    return given | {"translations": None if translations is None else place(translations)}


def _warn(rows: InputRows) -> None:
    """Name the first rows without a prediction, and count all."""
    for problem in rows.problems[:_NAMED_ROWS]:
        warnings.warn(problem, stacklevel=4)
    if len(rows.problems) > 1:
        warnings.warn(f"{len(rows.problems)} of {len(rows.keys)} rows have no prediction",
                      stacklevel=4)


def _labels_of(features: Place | None, task: str) -> tuple[str, ...] | None:
    """Return the classes of features.

    Raises:
        InputError: they are of another task.
    """
    from crosslabel.finetune.sidecar import read_sidecar

    if features is None:
        return None
    folder = local_place(features, "a folder of features")
    sidecar = read_sidecar(folder)
    if sidecar.task != task:
        raise InputError(f"{folder}: features of task {sidecar.task!r}, not {task!r}")
    return sidecar.labels
