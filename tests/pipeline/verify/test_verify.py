"""What ``crosslabel verify`` finds in a folder, and that the next build makes exactly that anew."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crosslabel.cli.main import main
from crosslabel.pipeline.build import build
from crosslabel.pipeline.storage.files import committed, read_bytes
from crosslabel.pipeline.storage.folders import files, sizes
from crosslabel.pipeline.storage.location import Location, relative
from crosslabel.pipeline.translation.memory import Memory
from crosslabel.pipeline.verify.run import move_broken, verify
from crosslabel.projection.errors import InputError
from tests.pipeline.corpus_builds import inodes, results, small_recipe

ROWS = 12


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "out"
    build(small_recipe("targets=[de]", "projection.method=statistical"), out, limit=ROWS)
    return out


@pytest.fixture
def out(corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus, tmp_path / "out"))


def _build(out: Location) -> Any:
    return build(small_recipe("targets=[de]", "projection.method=statistical"), out, limit=ROWS)[2]


def _flip(file: Path) -> None:
    """One bit in the middle of the file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _no_index(file: Path) -> None:
    file.write_bytes(b"x" * 4096)


def _add_line(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"{}\n")


def test_finished_folder_is_sound(corpus: Path) -> None:
    assert not list(verify(corpus))


def test_unfinished_folder_is_sound(out: Path) -> None:
    for file in (*out.glob("*.json"), *out.glob("de/*.json"), *out.glob("de/shard-00001*.jsonl"),
                 *out.glob(".work/aligners/*/*.json")):
        file.unlink()
    assert not list(verify(out))


BROKEN: list[tuple[str, Callable[[Path], None]]] = [
    ("de/shard-00000-*.arrow", _flip),
    ("de/shard-00000-*.arrow", _truncate),
    ("de/shard-00001-*.arrow", Path.unlink),
    ("de/shard-00000-*.rejects.jsonl", _add_line),
    ("de/shard-00001-*.json", _truncate),
    (".work/translations/*/*.arrow", _flip),
    (".work/translations/*/*.arrow", _empty),
    (".work/translations/*/*.arrow", Path.unlink),
    (".work/translations/*/*.json", _truncate),
    (".work/aligners/*/*.safetensors", _flip),
    (".work/aligners/*/*.json", _empty),
    (".work/sources/*/rows-00001.jsonl", _flip),
    (".work/sources/*/source.json", _truncate),
    (".work/plans/*/places-00000.json", _flip),
    (".work/plans/*/texts-00000.jsonl", _truncate),
    (".work/plans/*/plan.json", _truncate),
    (".work/translations/*/index.sqlite", _no_index),
]


@pytest.mark.parametrize(("pattern", "damage"), BROKEN)
def test_damage_is_found_and_only_what_is_broken_is_made_anew(
    out: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    file = next(out.glob(pattern))
    before, untouched = results(out), inodes(out, "**/*.arrow")
    damage(file)
    found = list(verify(out))
    assert [own.file for own in found] == [file]
    assert "\n" not in str(found[0])
    moved = move_broken(out, found)
    assert all(own.is_relative_to(out / ".work" / "broken") for own in moved)
    _build(out)
    assert results(out) == before
    assert not list(verify(out))
    after = inodes(out, "**/*.arrow")
    changed = {name for name, own in untouched.items() if after.get(name) != own}
    assert changed <= {str(file.with_suffix("").with_suffix(".arrow").relative_to(out))}


def test_folder_that_nobody_built_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an output folder of 'crosslabel build'"):
        list(verify(tmp_path))


def _edited(change: Callable[[Any], object]) -> Callable[[Path], None]:
    def edit(file: Path) -> None:
        values = json.loads(file.read_text("utf-8"))
        change(values)
        file.write_text(json.dumps(values), "utf-8")

    return edit


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("manifest.json", lambda v: v["languages"]["de"].update(rows=99), "rows of de are not"),
        ("manifest.json", lambda v: v["languages"]["de"]["shards"][0].update(sha256="0"),
         "does not agree with the marker of"),
        ("manifest.json", lambda v: v.pop("languages"), "is not a manifest"),
        ("state.json", lambda v: v["_data_files"].pop(), "names other shards"),
        ("de/state.json", lambda v: v.clear(), "does not open the dataset"),
        ("de/dataset_info.json", lambda v: v["features"].pop("row_id"), "states other columns"),
        ("dataset_info.json", lambda v: v.pop("features"), "does not describe the dataset"),
    ],
)
def test_what_describes_the_corpus_must_say_what_its_markers_say(
    out: Path, name: str, change: Callable[[Any], object], message: str
) -> None:
    before = results(out)
    _edited(change)(out / name)
    found = list(verify(out))
    assert {own.file for own in found} == {out / name}
    assert message in found[0].what
    _build(out)
    assert results(out) == before


def test_corpus_in_a_store_is_repaired_like_one_on_the_disk(
    corpus: Path, stored: Location, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in sizes(corpus):
        _write(stored / name, (corpus / name).read_bytes())
    assert _run(monkeypatch, "verify", str(stored)) == 0
    (shard,), (part, *_) = (files(stored, pattern) for pattern in
                            ("de/shard-00001-*.arrow", ".work/translations/*/*.arrow"))
    for file in (shard, part):
        content = bytearray(read_bytes(file))
        content[len(content) // 2] ^= 1
        _write(file, content)
    stems = tuple(relative(file, stored).removesuffix("arrow") for file in (shard, part))
    broken = {name for name in sizes(stored) if name.startswith(stems)}
    capsys.readouterr()
    assert _run(monkeypatch, "verify", str(stored), "--repair", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert [own["file"] for own in said["findings"]] == [str(shard), str(part)]
    assert set(said["moved"]) == {f"{stored}/.work/broken/{name}" for name in broken}
    assert len(broken) == 5 and not broken & sizes(stored).keys()
    _build(stored)
    assert {name: read_bytes(stored / name) for name in results(corpus)} == results(corpus)
    assert _run(monkeypatch, "verify", str(stored)) == 0


def _write(file: Location, content: bytes | bytearray) -> None:
    with committed(file) as out:
        out.write(content)


def test_rows_that_went_in_are_pairs_or_rejects(out: Path) -> None:
    marker = next(out.glob("de/shard-00000-*.json"))
    _edited(lambda values: values.update(rows_in=values["rows_in"] + 1))(marker)
    assert any("rows that went in" in own.what for own in verify(out))


def test_shards_that_the_manifest_does_not_name_are_found_and_removed_by_the_next_build(
    out: Path
) -> None:
    before = results(out)
    for file in out.glob("de/shard-00000-*"):
        shutil.copy(file, file.with_name(file.name.replace("shard-00000", "shard-00009")))
    marker = next(out.glob("de/shard-00009-*.json"))
    _edited(lambda values: values.update(
        sha256={name.replace("00000", "00009"): own for name, own in values["sha256"].items()}
    ))(marker)
    (out / "de" / "shard-00008-abc.arrow").write_bytes(b"cut off")
    found = list(verify(out))
    assert {own.file.name for own in found} == {f"{marker.stem}.arrow", "shard-00008-abc.arrow"}
    assert not any(own.broken for own in found)
    _build(out)
    assert results(out) == before


def test_index_that_places_a_text_elsewhere_is_found(out: Path) -> None:
    file = next(out.glob(".work/translations/*/index.sqlite"))
    Memory(file.parent).open_index().close()
    database = sqlite3.connect(file)
    with database:
        database.execute("UPDATE place SET row = row + 1")
    database.close()
    (found,) = verify(out)
    assert found.file == file and "where other texts stand" in found.what


@pytest.mark.parametrize(("damage", "code"), [(None, 0), (_flip, 1)])
def test_command_tells_by_its_exit_code(
    out: Path, damage: Callable[[Path], None] | None, code: int,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    file = next(out.glob("de/shard-00001-*.arrow"))
    if damage:
        damage(file)
    assert _run(monkeypatch, "verify", str(out), "--json") == code
    said = json.loads(capsys.readouterr().out)
    assert said["sound"] is (code == 0)
    assert [own["file"] for own in said["findings"]] == ([str(file)] if code else [])
    assert file.exists()
    assert _run(monkeypatch, "verify", str(out), "--repair") == code
    assert file.exists() is (code == 0)
    assert _run(monkeypatch, "verify", str(out.parent)) == 2


def _run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Exit code of a command line."""
    monkeypatch.setattr(sys, "argv", ["crosslabel", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)
