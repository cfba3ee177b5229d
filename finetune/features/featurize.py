"""Corpora and labelled files become features: a dataset in a folder, or a table in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from crosslabel.finetune.features.corpus_input import corpus_source
from crosslabel.finetune.features.file_input import LabelledFile, file_source
from crosslabel.finetune.features.options import FeatureOptions
from crosslabel.finetune.features.shard import featurized, run_shard, shard_name
from crosslabel.finetune.features.source import FeatureSource
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.finetune.sidecar import FILE, ShardEntry, Sidecar
from crosslabel.finetune.tokenizer import StudentTokenizer, student_tokenizer
from crosslabel.pipeline.corpus.dataset_files import INFO, STATE, drop_superseded, write_dataset
from crosslabel.pipeline.corpus.layout import MANIFEST
from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.corpus.records import Task as RowTask
from crosslabel.pipeline.corpus.shards import Marker
from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.storage.files import is_file
from crosslabel.pipeline.storage.folders import remove_leftovers
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError


def featurize(
    input: Location,
    out: Path,
    student: str,
    options: FeatureOptions,
    *,
    revision: str | None = None,
    translations: Location | None = None,
    lang: str | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    rows: RowTask | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Sidecar:
    """Write features of a corpus folder or a labelled file into ``out``.

    Shards that an earlier run committed are kept as they are.

    Args:
        student: encoder whose tokenizer is used: shipped name, folder or hub name.
        translations: of a labelled file, a corpus that was built from it.
        lang: language of rows of a labelled file that do not name one.
        format: format of a labelled file; by default guessed from its name.
        columns: which columns of a labelled file hold what, see
            :mod:`crosslabel.pipeline.readers.rows.columns`.
        rows: task of rows of a labelled file that do not name one.

    Raises:
        InputError: the input, student, options or output folder cannot be used.
    """
    _prepare(out)
    if is_file(input / MANIFEST):
        _refuse(input, {"translations": translations, "lang": lang, "format": format,
                        "columns": columns, "rows": rows})
        source = corpus_source(input, options)
    else:
        asked = LabelledFile(input, lang, format, columns or {}, rows)
        source = file_source(asked, options, translations)
    tokenizer = _tokenizer(source, student, revision)
    shards: dict[str, list[tuple[str, Marker]]] = {}
    for done, chunk in enumerate(source.chunks, start=1):
        marker = run_shard(source, chunk, tokenizer, out / chunk.lang)
        shards.setdefault(chunk.lang, []).append((shard_name(source, chunk, tokenizer), marker))
        progress("featurize", done, len(source.chunks))
    return _finish(out, source, tokenizer, shards)


def features_of(
    source: FeatureSource,
    student: str,
    *,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[FeatureTable, list[Reject]]:
    """Return the features of an input that is ready to be read, and its rows without features.

    Args:
        student: encoder whose tokenizer is used: shipped name, folder or hub name.

    Raises:
        InputError: the input, student or options cannot be used.
    """
    import pyarrow as pa

    tokenizer = _tokenizer(source, student, None)
    tables, rejects = [source.columns().arrow_schema.empty_table()], []
    counts: Counter[str] = Counter()
    for done, chunk in enumerate(source.chunks, start=1):
        shard = featurized(source, chunk, tokenizer)
        tables.append(shard.rows)
        rejects.extend(shard.rejects)
        counts.update(shard.counts)
        progress("featurize", done, len(source.chunks))
    sidecar = _sidecar(source, tokenizer, counts, {})
    return FeatureTable(source.name, sidecar, pa.concat_tables(tables)), rejects


def _tokenizer(source: FeatureSource, student: str, revision: str | None) -> StudentTokenizer:
    tokenizer = student_tokenizer(student, revision)
    longest = source.options.max_length
    if longest > tokenizer.longest:
        raise InputError(f"max_length: {longest} is more than the {tokenizer.longest} "
                         f"tokens that {student} takes")
    return tokenizer


def _refuse(corpus: Location, given: dict[str, object]) -> None:
    for name, value in given.items():
        if value:
            raise InputError(f"{corpus}: a corpus has both sides and their languages; "
                             f"leave out {name}")


def _prepare(out: Path) -> None:
    """Make sure that ``out`` is empty or a feature dataset, and remove leftovers of killed runs."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: not a folder; give another output folder")
    entries = list(out.iterdir()) if out.is_dir() else []
    strange = [path for path in entries
               if path.name not in (FILE, STATE, INFO) and not _holds_shards(path)]
    if strange:
        raise InputError(f"{out}: holds {strange[0].name}, which is not of a feature dataset; "
                         "give an empty or new output folder")
    out.mkdir(parents=True, exist_ok=True)
    remove_leftovers(out)


def _holds_shards(path: Path) -> bool:
    names = (".tmp", *(f".{ending}" for ending in ("json", "arrow", "jsonl")))
    return path.name.endswith(".tmp") or (path.is_dir() and all(
        file.name.endswith(names) for file in path.iterdir()))


def _finish(
    out: Path,
    source: FeatureSource,
    tokenizer: StudentTokenizer,
    shards: dict[str, list[tuple[str, Marker]]],
) -> Sidecar:
    columns = source.columns()
    files = {lang: [f"{name}.arrow" for name, _ in named] for lang, named in shards.items()}
    for lang, names in files.items():
        write_dataset(out / lang, names, columns, key(lang, names)[:16])
    joined = [f"{lang}/{name}" for lang, names in files.items() for name in names]
    write_dataset(out, joined, columns, key(joined)[:16])
    counts: Counter[str] = Counter()
    for named in shards.values():
        for _, marker in named:
            counts.update(marker["counts"])
    sidecar = _sidecar(source, tokenizer, counts, shards)
    sidecar.write(out)
    for lang, named in shards.items():
        drop_superseded(out / lang, {name for name, _ in named})
    return sidecar


def _sidecar(
    source: FeatureSource,
    tokenizer: StudentTokenizer,
    counts: Counter[str],
    shards: Mapping[str, list[tuple[str, Marker]]],
) -> Sidecar:
    options = source.options
    return Sidecar(
        task=options.task,
        labels=source.labels,
        tokenizer=tokenizer.facts,
        max_length=options.max_length,
        stride=options.stride,
        evaluation=options.evaluation,
        options=options.model_dump(mode="json", exclude={"labels"}),
        origin=source.origin,
        counts=dict(sorted(counts.items())),
        shards={lang: tuple(_entry(lang, *entry) for entry in named)
                for lang, named in shards.items()},
    )


def _entry(lang: str, name: str, marker: Marker) -> ShardEntry:
    file = f"{name}.arrow"
    return ShardEntry(file=f"{lang}/{file}", rows=marker["rows"], sha256=marker["sha256"][file])
