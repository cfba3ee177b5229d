"""Tables of a few bytes that stand for more than a machine has are refused, or lose what is bad."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.storage.arrow_sizes import MAGIC, largest_unpacked
from crosslabel.projection.errors import DamagedError, InputError
from crosslabel.projection.files.limits import MAX_PARQUET_MEMORY
from tests.fuzzing.other_files import SHARD
from tests.fuzzing.seeds import MANIFESTS
from tests.fuzzing.tables import table_bytes

Packing = Literal["lz4", "zstd"] | None
ROWS = {"id": ["1", "2"], "tokens": [["Anna", "left"], ["Ben"]], "ner_tags": [["B-PER", "O"],
                                                                                ["U-PER"]]}
_MIB = 1 << 20
_READ = """
import json, resource, sys
from crosslabel.pipeline.readers import read
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
said = {}
for file in sys.argv[1:]:
    try:
        said[file] = len(list(read(file, lang="en")))
    except Exception as error:
        said[file] = f"{type(error).__name__}: {error}"
own = open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]
print(json.dumps([said, int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def write_arrow(file: Path, table: Any, packing: Packing = None, rows: int | None = None) -> Path:
    """An Arrow stream of batches of so many rows."""
    options = pa.ipc.IpcWriteOptions(compression=packing)
    with pa.OSFile(str(file), "wb") as out, pa.ipc.new_stream(
            out, table.schema, options=options) as writer:
        writer.write_table(table, rows)
    return file


def nulls(count: int) -> Any:
    """So many times nothing, in no memory."""
    return pa.Array.from_buffers(pa.null(), count, [None])


def _bombs(folder: Path) -> list[Path]:
    """2.3 GiB of letters in one row, packed twice; a list of 10 million long words in a page."""
    page = pa.array(["x" * (96 * _MIB)])
    wide = pa.table({"text": page} | {f"c{number}": page for number in range(23)})
    packed = write_arrow(folder / "packed.arrow", wide, "zstd")
    pq.write_table(wide, folder / "packed.parquet", compression="zstd", use_dictionary=False,
                   write_statistics=False)
    count = 10_000_000
    words = pa.DictionaryArray.from_arrays(pa.array([0]).take(pa.repeat(0, count)), ["w" * 400])
    many = pa.table({"tokens": pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), words),
                     "ner_tags": [["O"]]})
    pq.write_table(many, folder / "many.parquet", store_schema=False, write_statistics=False)
    return [packed, folder / "packed.parquet", folder / "many.parquet"]


def test_tables_that_would_fill_the_memory_are_refused_before_they_do(tmp_path: Path) -> None:
    files = _bombs(tmp_path)
    assert sum(file.stat().st_size for file in files) < _MIB
    done = subprocess.run([sys.executable, "-c", _READ, *map(str, files)], check=True, text=True,
                          capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    said, own, unpacking = json.loads(done.stdout)
    for file in files:
        assert said[str(file)].startswith(f"InputError: {file}: "), said
    assert "a batch unpacks to more than 1,073,741,824 bytes" in said[str(files[0])]
    assert "takes more than 2,048 MiB of memory to unpack" in said[str(files[1])]
    assert "takes more than 2,048 MiB of memory to unpack" in said[str(files[2])]
    assert own < 512 << 10 and unpacking << 10 <= MAX_PARQUET_MEMORY


def _codes(file: Path) -> list[str]:
    rows = list(read(file, lang="en"))
    return [row.reasons[0].partition(":")[0] if isinstance(row, Reject) else "ok" for row in rows]


def test_a_list_of_a_billion_times_nothing_costs_its_row_alone(tmp_path: Path) -> None:
    offsets = pa.array([0, 1, 2**31 - 1, 2**31 - 1], pa.int32())
    lists = pa.ListArray.from_arrays(offsets, nulls(2**31 - 1))
    file = write_arrow(tmp_path / "a.arrow", pa.table({"text": ["a", "b", "c"], "x": lists}))
    assert _codes(file) == ["ok", "row-too-large", "ok"]


def test_a_long_text_that_all_rows_name_is_not_repeated_in_memory(tmp_path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0, 1, 1, 0]), ["a", "b" * (20 * _MIB)])
    file = write_arrow(tmp_path / "a.arrow", pa.table({"text": texts}))
    assert _codes(file) == ["ok", "row-too-large", "row-too-large", "ok"]


@pytest.mark.parametrize("ending", ["arrow", "parquet"])
def test_rows_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr("crosslabel.projection.files.lines.MAX_UNPACKED_BYTES", _MIB)
    file = tmp_path / f"a.{ending}"
    if ending == "arrow":
        write_arrow(file, pa.table({"text": nulls(2**31 - 1)}))
    else:
        pq.write_table(pa.table({"text": pa.repeat("a", 1_000_000)}), file)
    with pytest.raises(InputError, match=rf"a\.{ending}: unpacks to more than 200 times its size"):
        list(read(file, lang="en"))


@pytest.mark.parametrize("packing", ["lz4", "zstd"])
@pytest.mark.parametrize("new", [pa.ipc.new_stream, pa.ipc.new_file])
def test_packed_arrow_files_are_read(tmp_path: Path, packing: Packing, new: Any) -> None:
    file = tmp_path / "a.arrow"
    table = pa.table(ROWS)
    options = pa.ipc.IpcWriteOptions(compression=packing)
    with pa.OSFile(str(file), "wb") as out, new(out, table.schema, options=options) as writer:
        writer.write_table(table, 1)
    assert [row.id for row in read(file, lang="en") if isinstance(row, Example)] == ["1", "2"]


_ENCODINGS: list[dict[str, Any]] = [
    {"compression": codec} for codec in ("none", "snappy", "gzip", "brotli", "lz4", "zstd")
] + [
    {"use_dictionary": False, "column_encoding": {"id": own}, "data_page_version": "2.0"}
    for own in ("PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY")
]


@pytest.mark.parametrize("options", _ENCODINGS, ids=lambda options: " ".join(
    str(own) for own in options.values()))
def test_parquet_files_of_every_encoding_are_read(tmp_path: Path, options: dict[str, Any]) -> None:
    file = tmp_path / "-a b.parquet"
    pq.write_table(pa.table(ROWS), file, row_group_size=1, **options)
    rows = list(read(file, lang="en"))
    assert rows == list(read(write_arrow(tmp_path / "-a b.arrow", pa.table(ROWS)), lang="en"))


@pytest.mark.parametrize("ending", ["arrow", "parquet"])
def test_columns_of_every_type_are_read(tmp_path: Path, ending: str) -> None:
    when = datetime(2020, 5, 17, 1, 2, 3)
    columns = {
        "text": pa.array(["a", "b"]).dictionary_encode(), "decimal": [Decimal("1.5"), None],
        "time": [when, None], "day": [when.date(), None], "hour": [when.time(), None],
        "bytes": [b"x", None], "wide": pa.array([b"xyz", None], pa.binary(3)),
        "half": pa.array([1.5, None], pa.float16()), "empty": pa.array([[], []]),
        "none": pa.nulls(2), "lists": [[[1], []], None], "views": pa.array(["x" * 20, None]).cast(
            pa.string_view()), "fixed": pa.array([[1, 2], None], pa.list_(pa.int8(), 2)),
        "struct": [{"a": [1], "b": None}, None], "truth": [True, None],
        "large": pa.array([["x"], None], pa.large_list(pa.large_string())),
        "numbers": pa.array([7, None]).dictionary_encode(),
    }
    file = tmp_path / f"a.{ending}"
    table = pa.table(columns)
    if ending == "arrow":
        write_arrow(file, table)
    else:
        pq.write_table(table, file)
    assert _codes(file) == ["ok", "ok"]


def test_a_parquet_file_that_is_not_read_to_its_end_leaves_no_process(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"text {number}" for number in range(200_000)]}), file)
    rows = read(file, lang="en")
    assert isinstance(next(rows), Example) and len(_reading(file)) == 1
    del rows
    assert not _reading(file)


def _reading(file: Path) -> list[int]:
    """Numbers of the processes that were started with that file and run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(file) in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            pass  # it ended meanwhile
    return found


def test_a_parquet_file_that_is_damaged_within_keeps_the_rows_before(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    table = pa.table({"text": [f"text {number}" for number in range(2000)]})
    pq.write_table(table, file, row_group_size=1000, compression="none", use_dictionary=False)
    content = bytearray(file.read_bytes())
    place = pq.ParquetFile(file).metadata.row_group(1).column(0).data_page_offset
    content[place:place + 60] = b"\xff" * 60
    file.write_bytes(content)
    rows = read(file, lang="en")
    assert [row.fields["text"] for row, _ in zip(rows, range(500), strict=False)][-1] == "text 499"
    with pytest.raises(InputError, match=r"a\.parquet: cannot be read on \(") as caught:
        list(rows)
    assert "\n" not in str(caught.value)


def test_a_dataset_with_a_packed_shard_is_refused(tmp_path: Path) -> None:
    from datasets import Dataset

    Dataset.from_dict(ROWS).save_to_disk(str(tmp_path / "saved"))
    [shard] = (tmp_path / "saved").glob("*.arrow")
    write_arrow(shard, pa.table(ROWS), "zstd")
    with pytest.raises(InputError, match=r"saved: the shard 'data-.*' is compressed"):
        read(tmp_path / "saved", lang="en")


def test_a_corpus_with_a_packed_shard_is_refused(tmp_path: Path) -> None:
    (tmp_path / SHARD).parent.mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFESTS[0]))
    table = pa.ipc.open_stream(table_bytes("shard")).read_all()
    write_arrow(tmp_path / SHARD, table)
    assert len(list(pairs(tmp_path))) == 1
    write_arrow(tmp_path / SHARD, table, "lz4")
    with pytest.raises(DamagedError, match="is compressed"):
        list(pairs(tmp_path))


@pytest.mark.parametrize("kind", ["list", "list_view"])
def test_a_shard_with_a_list_of_a_billion_times_nothing_is_refused(
    tmp_path: Path, kind: str
) -> None:
    (tmp_path / SHARD).parent.mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFESTS[0]))
    table = pa.ipc.open_stream(table_bytes("shard")).read_all()
    count = pa.array([2**31 - 1], pa.int32())
    offsets, nothing = pa.array([0, 2**31 - 1], pa.int32()), nulls(2**31 - 1)
    lists = (pa.ListArray.from_arrays(offsets, nothing) if kind == "list"
             else pa.ListViewArray.from_arrays(offsets[:1], count, nothing))
    write_arrow(tmp_path / SHARD, table.set_column(0, "row_id", lists))
    with pytest.raises(DamagedError, match="shard-00000"):
        list(pairs(tmp_path))


_COLUMNS = st.dictionaries(
    st.sampled_from("abcd"),
    st.sampled_from((
        pa.array(["x" * 500] * 40), pa.array(range(40)), pa.array([None, True] * 20),
        pa.array([["y"] * 30] * 40), pa.nulls(40), pa.array(["z", ""] * 20).cast("string_view"),
        pa.array([{"k": 1.5, "l": None}] * 40), pa.array([b"w" * 90] * 40, pa.binary(90)),
    )),
    min_size=1,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_COLUMNS, st.sampled_from(("lz4", "zstd")), st.integers(1, 50), st.booleans())
def test_what_a_file_unpacks_to_is_known_to_the_byte(
    columns: dict[str, Any], packing: Packing, rows: int, whole_file: bool
) -> None:
    """Stated anew: the buffers of the batches that Arrow gives."""
    table = pa.table(columns)
    out = io.BytesIO()
    new = pa.ipc.new_file if whole_file else pa.ipc.new_stream
    with new(out, table.schema, options=pa.ipc.IpcWriteOptions(compression=packing)) as writer:
        writer.write_table(table, rows)
    source = pa.BufferReader(out.getvalue())
    found = largest_unpacked(source)
    assert source.tell() == (len(MAGIC) if whole_file else 0)
    sizes = [sum(buffer.size for column in batch.columns for buffer in column.buffers() if buffer)
             for batch in pa.ipc.open_stream(source)]
    assert found == max(sizes)
