"""A corpus in a store is that of the local disk, whatever gets lost between here and there."""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, rejects
from crosslabel.pipeline.storage import stores
from crosslabel.pipeline.storage.files import (
    committed,
    is_file,
    read_bytes,
    read_json,
    remove,
    sha256,
    write_json,
)
from crosslabel.pipeline.storage.folders import children, files, is_folder, remove_tree, sizes
from crosslabel.pipeline.storage.location import Location, location
from crosslabel.projection.errors import InputError, TransientError
from tests import warm
from tests.pipeline.corpus_builds import SMALL, results, small_recipe
from tests.pipeline.s3_server import FaultyProxy, Request, written

LIMIT = 12
GERMAN = "targets=[de]"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a local build gives."""
    out = tmp_path_factory.mktemp("reference") / "out"
    build(small_recipe(GERMAN), out, limit=LIMIT)
    return results(out)


@pytest.fixture
def out(stored: Location) -> Location:
    """The folder of a build."""
    return stored


def _results(out: Location) -> dict[str, bytes]:
    return {name: read_bytes(out / name) for name in sizes(out)
            if not name.startswith(".work/") and name != "run.json"}


def _assert_markers_come_last(out: Location, log: list[Request]) -> None:
    """Each marker of a shard, part or aligner was sent after the files it speaks of."""
    first: dict[str, int] = {}
    for number, own in enumerate(log):
        if own.written:
            first.setdefault(own.name, number)
    root = out.name
    found = [name for name in sizes(out)
             if name.endswith(".json") and ("/shard-" in name or "/translations/" in name
                                            or "/aligners/" in name)]
    assert found
    for name in found:
        marker = out / name
        content = json.loads(read_bytes(marker))["sha256"]
        of = content if isinstance(content, dict) else [
            own.name for own in children(marker.parent)
            if own.stem == marker.stem and own.name != marker.name]
        assert of
        for file in of:
            beside = f"{root}/{name.rpartition('/')[0]}/{file}"
            assert first[beside] < first[f"{root}/{name}"]


def test_build_into_a_store_gives_the_bytes_of_a_local_build(
    s3: FaultyProxy, out: Location, reference: dict[str, bytes]
) -> None:
    with s3.weathered() as log:
        build(small_recipe(GERMAN), out, limit=LIMIT)
    assert _results(out) == reference
    assert set(written(log).values()) == {1}, "each object is sent once"
    _assert_markers_come_last(out, log)
    with s3.weathered() as log:
        plan, _, account = build(small_recipe(GERMAN), out, limit=LIMIT)
    assert account.idle
    assert set(written(log)) == {f"{out.name}/run.json"}
    assert {pair.row_id for pair in pairs(out)}
    assert len(list(pairs(out))) + len(list(rejects(out))) == LIMIT
    index = plan.languages["de"].memory.index_file()
    assert index.is_file() and not is_file(out / ".work" / index.name)


def test_requests_that_fail_in_passing_change_nothing(
    s3: FaultyProxy, out: Location, reference: dict[str, bytes]
) -> None:
    with s3.weathered(share=0.15, draw=random.Random(7)) as log:
        build(small_recipe(GERMAN), out, limit=LIMIT)
    assert len({own.outcome for own in log}) > 4
    assert _results(out) == reference
    _assert_markers_come_last(out, log)


def test_killed_run_is_gone_on_with_and_sends_nothing_twice(
    s3: FaultyProxy, out: Location, reference: dict[str, bytes]
) -> None:
    changes = [word for change in (*SMALL, GERMAN) for word in ("--set", change)]
    command = ["crosslabel", "build", "demo-ner", "--out", out, "--limit", LIMIT, *changes]
    with s3.weathered() as log:
        process = warm.start(*command)
        while process.poll() is None and not any(
                own.written and own.name.startswith(f"{out.name}/de/shard-") for own in log):
            time.sleep(0.02)
        process.kill()
        _, errors = process.communicate()
        assert process.returncode < 0, errors
    before = set(written(log))
    marked = {name for name in before if f"{name.rpartition('.')[0]}.json" in before}
    assert marked
    remove_tree(out / ".work" / "runs")  # the killed run's lease, which others wait out
    with s3.weathered() as log:
        build(small_recipe(GERMAN), out, limit=LIMIT)
    assert _results(out) == reference
    assert not marked & set(written(log)) - {f"{out.name}/run.json"}


def test_fresh_forgets_what_is_in_the_store(s3: FaultyProxy, out: Location) -> None:
    recipe = small_recipe(GERMAN, "projection.method=statistical")
    build(recipe, out, limit=6)
    _, _, account = build(recipe, out, limit=6, fresh=True)
    assert account.texts and account.shards == 1


def test_folder_with_something_else_is_refused(s3: FaultyProxy, out: Location) -> None:
    write_json(out / "thesis.json", "years of work")
    with pytest.raises(InputError, match="holds something that is not a crosslabel build"):
        build(small_recipe(GERMAN), out, limit=6, fresh=True)
    assert read_json(out / "thesis.json") == "years of work"


def test_inputs_are_read_from_a_store(s3: FaultyProxy, out: Location, tmp_path: Path) -> None:
    rows = [{"id": f"r{n}", "text": f"Anna lives in house {n} of Berlin.",
             "spans": [{"start": 0, "end": 4, "label": "PER"}]} for n in range(8)]
    contents = {
        "rows.jsonl": "\n".join(map(json.dumps, rows)),
        "test.jsonl": json.dumps(rows[3] | {"id": "test"}),
        "bitext.tsv": "Anna lives in Berlin.\tAnna wohnt in Berlin.\n",
        "de.jsonl": "\n".join(json.dumps({"id": f"r{n}", "text": f"Anna wohnt in Haus {n}."})
                              for n in range(7)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content + "\n")
        with committed(out / name) as file:
            file.write(f"{content}\n".encode())

    def recipe(folder: object) -> Any:
        return small_recipe(
            GERMAN, f"source.path={folder}/rows.jsonl", f"source.held_out=[{folder}/test.jsonl]",
            f"projection.bitext.de={folder}/bitext.tsv", "segmentation.sentences=false",
            f"translation.given.de={folder}/de.jsonl",
        )

    local, stored = tmp_path / "local", tmp_path / "stored"
    build(recipe(tmp_path), local)
    _, manifest, _ = build(recipe(out), stored)
    assert results(stored) == results(local)
    assert manifest["languages"]["de"]["reject_reasons"] == {"held-out": 1, "no-translation": 1}


@pytest.mark.parametrize("field", ["source.path", "translation.given.de", "projection.bitext.de"])
def test_input_that_is_not_there_is_named_by_its_address(
    s3: FaultyProxy, out: Location, tmp_path: Path, field: str
) -> None:
    recipe = small_recipe(GERMAN, f"{field}={out}/none.jsonl", "segmentation.sentences=false")
    with pytest.raises(InputError, match=rf"^{out}/none.jsonl: "):
        build(recipe, tmp_path / "out", limit=6)


def _run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    from crosslabel.cli.main import main

    monkeypatch.setattr(sys, "argv", ["crosslabel", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("spared", [0, 40])
def test_a_store_that_fails_for_good_is_one_line(
    s3: FaultyProxy, out: Location, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], reference: dict[str, bytes], spared: int,
) -> None:
    monkeypatch.setattr(stores, "ATTEMPTS", 2)
    monkeypatch.setattr("crosslabel.pipeline.build.DELAYS", ())
    arguments = ["build", "demo-ner", "--out", str(out), "--limit", str(LIMIT),
                 *(word for change in (*SMALL, GERMAN) for word in ("--set", change))]
    with s3.weathered(answer=503, spared=spared):
        assert _run(arguments, monkeypatch) == 1
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    assert str(out) in said
    assert "the store failed 2 times" in said
    assert not is_file(out / "manifest.json")
    monkeypatch.undo()
    remove_tree(out / ".work" / "runs")
    build(small_recipe(GERMAN), out, limit=LIMIT)
    assert _results(out) == reference


def test_a_store_that_refuses_is_not_asked_again(s3: FaultyProxy, out: Location) -> None:
    for ask in (read_json, is_file, files, sha256, lambda place: write_json(place, 1)):
        with (s3.weathered(answer=403) as log,
              pytest.raises(InputError, match=rf"^{out}/x: .*refuses access.*credentials")):
            ask(out / "x")
        assert len(log) == 1


def test_a_bucket_that_is_not_there_is_said(s3: FaultyProxy) -> None:
    place = location("s3://no-such-bucket/x")
    for ask in (read_json, is_file, files, children, lambda place: write_json(place, 1)):
        with (s3.weathered() as log,
              pytest.raises(InputError, match=r"^s3://no-such-bucket/x: there is no such bucket")):
            ask(place)
        assert len(log) <= 2


def test_a_store_that_fails_is_asked_so_often(
    s3: FaultyProxy, out: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "ATTEMPTS", 3)
    for ask in (read_json, is_file, files, lambda place: write_json(place, 1)):
        with (s3.weathered(answer=500) as log,
              pytest.raises(TransientError, match=rf"^{out}/x: the store failed 3 times")):
            ask(out / "x")
        assert len(log) == 3


@pytest.mark.parametrize("root", ["memory://files", "s3", "disk"])
def test_files_are_the_same_wherever_they_are(
    s3: FaultyProxy, out: Location, tmp_path: Path, root: str
) -> None:
    folder = {"s3": out, "disk": tmp_path}.get(root) or location(root)
    assert (files(folder), children(folder), read_json(folder / "a.json")) == ([], [], None)
    for name in ("a.json", "de/shard-1.json", "de/shard-1.arrow", ".work/x/y.json"):
        write_json(folder / name, {"name": name})
    assert list(sizes(folder)) == [".work/x/y.json", "a.json", "de/shard-1.arrow",
                                   "de/shard-1.json"]
    assert files(folder, "*/shard-*.json") == [folder / "de" / "shard-1.json"]
    assert files(folder, "*.json") == [folder / "a.json"]
    assert [own.name for own in children(folder)] == [".work", "a.json", "de"]
    assert is_folder(folder / "de") and not is_file(folder / "de")
    assert is_file(folder / "a.json") and not is_folder(folder / "a.json")
    assert not is_file(folder / "a.jso")
    remove(folder / "a.json")
    remove(folder / "a.json")
    remove_tree(folder / "de")
    remove_tree(folder / "de")
    assert list(sizes(folder)) == [".work/x/y.json"]
    with pytest.raises(FileNotFoundError):
        read_bytes(folder / "a.json")


PART = 5 * 2**20
"""Bytes of the smallest part that S3 takes."""


def _parts(folder: Location) -> list[Any]:
    """Uploads in parts that are neither complete nor given up."""
    fs = folder.fs  # type: ignore[union-attr]
    return list(fs.list_multipart_uploads(folder.path.split("/")[0]))  # type: ignore[union-attr]


@pytest.mark.parametrize("spared", [0, 1, 3, 4])
def test_a_large_object_is_there_whole_or_not_at_all(
    s3: FaultyProxy, out: Location, monkeypatch: pytest.MonkeyPatch, spared: int
) -> None:
    """Fails where it is begun, at its first and its last part and where parts are joined."""
    monkeypatch.setattr("s3fs.core.calculate_chunksize", lambda size, chunksize=None: PART)
    content = random.Random(spared).randbytes(2 * PART + 9)
    large = out / "large"
    monkeypatch.setattr(stores, "ATTEMPTS", 1)
    with (s3.weathered(answer=503, spared=spared), pytest.raises(TransientError),
          committed(large) as file):
        file.write(content)
    assert not is_file(large) and not files(out)
    with s3.weathered() as log, committed(large) as file:
        file.write(content)
    assert [own.method for own in log] == ["POST", "PUT", "PUT", "PUT", "POST"]
    assert read_bytes(large) == content


@pytest.mark.parametrize(("spared", "fate"), [
    (0, "lost"), (1, "refused"), (2, "broken"), (3, "lost"), (3, "cut"),
])
def test_a_large_object_is_sent_again_whatever_fails_in_passing(
    s3: FaultyProxy, out: Location, monkeypatch: pytest.MonkeyPatch, spared: int, fate: str
) -> None:
    """Where the answer to the last request is lost the object is there, and its parts are gone."""
    monkeypatch.setattr("s3fs.core.calculate_chunksize", lambda size, chunksize=None: PART)
    content, before = random.Random(spared).randbytes(2 * PART), _parts(out)
    fates = iter([*["passed"] * spared, fate])
    monkeypatch.setattr(s3, "fate", lambda: next(fates, "passed"))
    with committed(out / "large") as file:
        file.write(content)
    assert next(fates, None) is None
    assert read_bytes(out / "large") == content
    assert len(_parts(out)) == len(before) + (spared == 0)


def test_nothing_is_sent_if_the_writing_fails(s3: FaultyProxy, out: Location) -> None:
    with (s3.weathered() as log, pytest.raises(OSError, match="disk full"),
          committed(out / "file") as file):
        file.write(b"half")
        raise OSError("disk full")
    assert not log
    assert not is_file(out / "file")
