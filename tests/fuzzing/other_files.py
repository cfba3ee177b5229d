"""Properties of everything else that is read: recipes, files of pairs and predictions, corpora."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

import zstandard
from hypothesis.strategies import SearchStrategy

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.storage.keys import canonical
from crosslabel.projection.errors import CrosslabelError, InputError
from tests.fuzzing.mutations import by_chance, mutate
from tests.fuzzing.reading import check_written, lines_of
from tests.fuzzing.rules import check_message, check_rows
from tests.fuzzing.tables import table_bytes

SHARD = "de/shard-00000-0123456789ab.arrow"
_TERMINAL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def zipped(seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Gzipped files, some of them cut off or damaged."""

    def make(chance: Random) -> bytes:
        made = gzip.compress(mutate(chance, seeds), mtime=0)
        place = chance.randrange(len(made))
        return chance.choice((made, made[:place], made[:place] + b"x" + made[place + 1 :]))

    return by_chance(make)


PACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstandard.ZstdCompressor().compress,
}  # fmt: skip


def packed(seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Files packed in several ways, some of them cut off or damaged, with the ending in front."""

    def make(chance: Random) -> bytes:
        ending = chance.choice([*PACK])
        made = PACK[ending](mutate(chance, seeds))
        place = chance.randrange(len(made))
        damaged = (made, made[:place], made[:place] + b"x" + made[place + 1 :])
        return ending.encode() + b"\n" + chance.choice(damaged)

    return by_chance(make)


def packed_text(folder: Path, content: bytes) -> None:
    """A damaged file is named; the rows before the damage come out."""
    from crosslabel.pipeline.readers import read

    ending, _, made = content.partition(b"\n")
    file = _given(folder, f"fuzzed.txt{ending.decode()}", made)
    try:
        check_rows(list(read(file, lang="en")))
    except InputError as error:
        check_message(error, file)


def recoded(seeds: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Texts in UTF-16 and UTF-32 with the mark of it, some of them damaged."""
    marked = [mark + seed.decode(errors="replace").encode(encoding) for seed in seeds
              for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"),
                                     (codecs.BOM_UTF16_BE, "utf-16-be"),
                                     (codecs.BOM_UTF32_LE, "utf-32-le"))]
    return by_chance(lambda chance: mutate(chance, marked))


CARDS = [b"""---
configs:
- config_name: one
  data_files:
  - split: train
    path: a*.jsonl
  - split: test
    path: [b.jsonl]
dataset_info:
- config_name: one
  features:
  - name: tokens
    sequence: string
  - name: kinds
    sequence:
      class_label:
        names: {'0': O, '1': B-X}
---
""", b"---\nconfigs:\n- {config_name: default, data_dir: '.'}\n---\n# Title\n"]


def card(folder: Path, content: bytes) -> None:
    """The files of a folder are read by its card, or without it, or the folder is named."""
    from crosslabel.pipeline.readers import read

    for name in ("a1.jsonl", "b.jsonl"):
        _given(folder, name, b'{"tokens": ["Anna", "left"], "kinds": [1, 0]}\n')
    _given(folder, "README.md", content)
    try:
        check_rows(list(read(folder, lang="en")))
    except InputError as error:
        check_message(error, folder)


SPLITS = [b'{"splits": ["train", "test"]}', b'{"splits": ["train"], "x": null}']


def splits(folder: Path, content: bytes) -> None:
    """The splits of a saved dict are read, or its list of them is named; none is elsewhere."""
    from crosslabel.pipeline.readers import read

    for name in ("in/train", "in/test", "elsewhere"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        _given(folder / name, "data.arrow", table_bytes("arrow"))
        _given(folder / name, "state.json", _STATE.encode())
        _given(folder / name, "dataset_info.json", b'{"features": null}')
    _given(folder / "in", "dataset_dict.json", content)
    try:
        rows = check_rows(list(read(folder / "in", lang="en")))
        assert {row.meta["split"] for row in rows} <= {"train", "test"}
    except InputError as error:
        check_message(error, folder / "in")


_STATE = (
    '{"_data_files": [{"filename": "data.arrow"}], "_fingerprint": "0", "_split": null,'
    ' "_format_columns": null, "_format_kwargs": {}, "_format_type": null,'
    ' "_output_all_columns": false}'
)


def _given(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def dataset_folder(folder: Path, content: bytes) -> None:
    """A folder of ``datasets`` whose Arrow file, state or information is damaged."""
    from crosslabel.pipeline.readers import read

    saved = folder / "saved"
    saved.mkdir(exist_ok=True)
    (saved / "dataset_info.json").write_text('{"features": null}')
    (saved / "state.json").write_text(_STATE)
    damaged = ("data.arrow", "state.json", "dataset_info.json")[len(content) % 3]
    (saved / "data.arrow").write_bytes(table_bytes("arrow"))
    (saved / damaged).write_bytes(content)
    try:
        check_written(folder, check_rows(list(read(saved, lang="en"))))
    except InputError as error:
        check_message(error, saved)


def recipe(folder: Path, content: bytes) -> None:
    """A recipe names only what can be a folder, and can be written down."""
    _load(_given(folder, "fuzzed.yaml", content), [])


def override(folder: Path, content: bytes) -> None:
    """Anything may stand behind ``--set``."""
    good = b"name: mine\nsource: {path: x.jsonl}\ntargets: [de]\n"
    file = _given(folder, "fuzzed.yaml", good)
    _load(file, [content.decode("utf-8", "surrogateescape")])


def _load(file: Path, overrides: list[str]) -> None:
    from crosslabel.pipeline.recipe.file import load

    try:
        loaded = load(str(file), overrides)
    except InputError as error:
        assert len(str(error)) <= 2000 and "\n" not in str(error)
        return
    canonical(loaded.public())
    for name in (loaded.name, loaded.source.lang, *loaded.targets):
        assert _FOLDER.fullmatch(name), name


def bitext(folder: Path, content: bytes) -> None:
    """Every line counts, as usable or as bad."""
    from crosslabel.pipeline.aligner.bitext import Bitext

    found = Bitext(_given(folder, "fuzzed.tsv", content), "en", "de")
    contents = found.contents()
    assert contents.usable + contents.bad == lines_of(content)
    assert len(list(found.read())) == contents.usable
    assert len(contents.warning or "") <= 2000
    _refused(found.path, found.check)


def given_translations(folder: Path, content: bytes) -> None:
    """Rows come out as text by field."""
    from crosslabel.pipeline.planning.given_file import GivenTranslations

    file = _given(folder, "fuzzed.jsonl", content)

    def read() -> None:
        contents = GivenTranslations(file, "de").read()
        assert len(contents.warning or "") <= 2000
        canonical({id: dict(fields) for id, fields in contents.rows.items()})

    _refused(file, read)


def _refused(file: Path, read: Callable[[], None]) -> None:
    try:
        read()
    except InputError as error:
        check_message(error, file)


def _check_row_errors(errors: Iterable[object]) -> None:
    for error in errors:
        assert len(str(error)) <= 2000 and "\n" not in str(error), str(error)[:200]


def pair_file(folder: Path, content: bytes) -> None:
    """One result per line; spans stand in their texts and predictions of them can be written."""
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.pairs import PairRow, read_pairs

    found = list(read_pairs(_given(folder, "fuzzed.jsonl", content)))
    assert len(found) == lines_of(content)
    _check_row_errors(own for own in found if isinstance(own, RowError))
    for row in (own for own in found if isinstance(own, PairRow)):
        for span in row.pair.spans:
            assert all(0 <= start < end <= len(row.pair.source.text)
                       for start, end in span.fragments)
        for start, end in (*row.pair.source.words, *row.pair.target.words):
            assert 0 <= start < end
        canonical([row.pair.id, [span.label for span in row.pair.spans], row.pair.source.text])


def projections(folder: Path, content: bytes) -> None:
    """Every line is a prediction or named as bad."""
    from crosslabel.projection.files.predictions import read_predictions

    found, errors = read_predictions(_given(folder, "fuzzed.jsonl", content))
    assert len(found) + len(errors) == lines_of(content)
    _check_row_errors(errors)


def predictions(folder: Path, content: bytes) -> None:
    """As :func:`projections`, for predictions of tasks: those to combine and those to score."""
    from crosslabel.finetune.combine.files import read_predictions
    from crosslabel.finetune.scores.gold import TaskGold
    from crosslabel.finetune.scores.predicted import read_predicted

    file = _given(folder, "fuzzed.jsonl", content)
    found = read_predictions(file)
    assert len(found.predictions) + len(found.problems) == lines_of(content)
    _check_row_errors(found.problems)
    for gold in (TaskGold("token", (("en", "1"),), ("O", "B-X", "I-X")),
                 TaskGold("token", (("en", "1"),), ("NOUN",)), TaskGold("qa", (("en", "1"),), ()),
                 TaskGold("sequence", (("en", "2"),), ("x",)),
                 TaskGold("sequence", (("de", "3"),), ())):
        beside = read_predicted(file, gold)
        _check_row_errors(beside.bad_rows)
        assert len(beside.rows) == len(beside.missing) + sum(
            own is not None for own in beside.rows)


def manifest(folder: Path, content: bytes) -> None:
    """A corpus of somebody else is shown and exported, or refused; nothing is written elsewhere."""
    from rich.console import Console

    from crosslabel.cli.report import print_corpus
    from crosslabel.library.corpus import open_corpus

    corpus = folder / "around" / "corpus"
    shutil.rmtree(folder / "around", ignore_errors=True)
    (corpus / "de").mkdir(parents=True)
    (corpus / SHARD).write_bytes(table_bytes("shard"))
    (corpus / "manifest.json").write_bytes(content)
    try:
        console = Console(file=io.StringIO(), width=200)
        opened = open_corpus(corpus)
        print_corpus(opened, console)
        opened._repr_html_()
        shown = console.file.getvalue()  # type: ignore[attr-defined]
        assert not _TERMINAL.search(shown), repr(shown)
        opened.export("jsonl", corpus / "export")
    except CrosslabelError as error:
        assert "\n" not in str(error) and len(str(error)) <= 2000
    files = {own.relative_to(folder / "around") for own in (folder / "around").rglob("*")}
    outside = {own for own in files if own.parts[:2] not in {("corpus",), ("corpus", "de"),
                                                            ("corpus", "manifest.json"),
                                                            ("corpus", "export")}}
    assert not outside, outside


def shard(folder: Path, content: bytes) -> None:
    """Pairs, or an error that names the shard."""
    import json

    from crosslabel.pipeline.corpus.reading import pairs
    from tests.fuzzing.seeds import MANIFESTS

    (folder / "de").mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(MANIFESTS[0]))
    (folder / SHARD).write_bytes(content)
    try:
        for pair in pairs(folder):
            assert isinstance(pair.a, Example) and isinstance(pair.b, Example)
    except CrosslabelError as error:
        check_message(InputError(str(error)), folder / SHARD)


def sidecar(folder: Path, content: bytes) -> None:
    """Shards of features lie in their folder."""
    from crosslabel.finetune.sidecar import read_sidecar

    _given(folder, "features.json", content)
    try:
        found = read_sidecar(folder)
    except InputError as error:
        check_message(error, folder)
        return
    for file in (folder / own.file for own in found.entries()):
        assert file.resolve().is_relative_to(folder.resolve()), file


def model(folder: Path, content: bytes) -> None:
    """A model says what it is, or an error says what is wrong with it."""
    from crosslabel.pipeline.models.manifest import describe

    _given(folder, "model.json", content)
    try:
        found = describe(folder)
    except InputError as error:
        check_message(error, folder)
        return
    canonical(found.manifest.model_dump(mode="json"))
