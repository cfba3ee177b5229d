"""Files are whole or not there; keys depend on values, not on how they were written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.storage.files import committed, read_json, write_json
from crosslabel.pipeline.storage.folders import remove_leftovers
from crosslabel.pipeline.storage.keys import key

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=12,
)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="disk full"), committed(path) as file:
        file.write(b"new")
        raise OSError("disk full")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@given(JSON)
def test_json_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.mktemp("json") / "value.json"
    write_json(path, value)
    assert read_json(path) == value


def test_equal_json_leaves_the_file_untouched(tmp_path: Path) -> None:
    path = tmp_path / "value.json"
    write_json(path, {"a": 1, "b": [2]})
    before = path.stat().st_ino, path.stat().st_mtime_ns
    write_json(path, {"b": [2], "a": 1})
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == before
    write_json(path, {"a": 2})
    assert read_json(path) == {"a": 2}


def test_leftovers_of_a_killed_process_are_removed_and_nothing_else(tmp_path: Path) -> None:
    keep = tmp_path / "de" / "shard-00000.arrow"
    keep.parent.mkdir()
    keep.write_bytes(b"shard")
    (keep.parent / ".shard-00001.arrow.123.tmp").write_bytes(b"half")
    remove_leftovers(tmp_path)
    assert [p.name for p in keep.parent.iterdir()] == [keep.name]


@given(st.dictionaries(st.text(), JSON, min_size=2, max_size=5))
def test_key_does_not_depend_on_the_order_of_a_mapping(values: dict[str, object]) -> None:
    assert key(values) == key(dict(reversed(values.items())))
