"""What failures mean: tried again where that can help, one line with the way out for a person."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.storage.faults import explained, explained_database, heals
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.projection.errors import CrosslabelError, DamagedError, InputError, TransientError
from crosslabel.projection.links.checkpoint import loading


def _failure(number: int) -> OSError:
    return OSError(number, os.strerror(number), "out/de/shard-00000.arrow")


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (_failure(errno.ENOSPC), True),
        (_failure(errno.EIO), True),
        (_failure(errno.EMFILE), True),
        (ConnectionResetError(errno.ECONNRESET, "reset"), True),
        (OSError("the other side hung up"), True),
        (RuntimeError("CUDA failed with error out of memory"), True),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (MemoryError(), True),
        (TransientError("store away"), True),
        (_failure(errno.EROFS), False),
        (_failure(errno.EACCES), False),
        (_failure(errno.ENOENT), False),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False),
        (RuntimeError("shapes differ"), False),
        (InputError("no such model"), False),
        (DamagedError("damaged"), False),
        (CrosslabelError("no"), False),
        (ValueError("bug"), False),
    ],
)
def test_only_what_can_heal_is_tried_again(error: Exception, again: bool) -> None:
    assert heals(error) is again


@pytest.mark.parametrize(
    ("number", "kind", "way_out"),
    [
        (errno.ENOSPC, TransientError, "free some space, then run the same command again"),
        (errno.EDQUOT, TransientError, "free some space, then run the same command again"),
        (errno.EMFILE, TransientError, "ulimit -n"),
        (errno.EIO, TransientError, "run the same command again"),
        (errno.EROFS, InputError, "make it writable, or choose another place"),
        (errno.EACCES, InputError, "choose another place"),
    ],
)
def test_failure_is_one_line_with_the_file_and_the_way_out(
    number: int, kind: type[CrosslabelError], way_out: str
) -> None:
    found = explained(_failure(number))
    assert type(found) is kind
    assert str(found).startswith("out/de/shard-00000.arrow: ")
    assert way_out in str(found)
    assert "\n" not in str(found)


def test_file_that_was_worked_on_is_named_where_the_error_names_none() -> None:
    assert str(explained(OSError(errno.ENOSPC, "full"), "a.arrow")).startswith("a.arrow: full; ")


def test_model_that_finds_no_memory_may_find_some_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr("ctranslate2.Translator", full)
    with pytest.raises(TransientError, match="no memory to load the translation model"):
        Translator(translation_model("mt-en-de-es"), Engine())
    with pytest.raises(TransientError, match="no memory to load its model"), \
            loading("encoder", "model"):
        full()


def test_errors_of_a_database_are_those_of_its_disk(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(tmp_path / "no" / "index.sqlite")
    assert type(explained_database(raised.value, "index.sqlite")) is InputError
    database = sqlite3.connect(tmp_path / "index.sqlite")
    database.execute("CREATE TABLE part (key TEXT)")
    database.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as raised:
        database.execute("INSERT INTO part VALUES (?)", ("x" * 100_000,))
    found = explained_database(raised.value, "index.sqlite")
    assert type(found) is TransientError
    assert "free some space" in str(found)
    database.close()
