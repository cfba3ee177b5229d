"""Full and read-only disks, damaged files, broken models, two runs: recovery, or one clear line.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crosslabel.cli.main import main
from crosslabel.pipeline.build import build
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.storage.shipped import MODELS
from crosslabel.pipeline.verify.run import verify
from crosslabel.projection.errors import CrosslabelError, DamagedError, InputError
from tests.pipeline.corpus_builds import SMALL, results, small_recipe
from tests.tiny_encoder import NAME, tiny_encoder

ROWS = 12
STATISTICAL = ("targets=[de]", "projection.method=statistical")


def _recipe(*overrides: str) -> Recipe:
    """Cheap to project anew."""
    return small_recipe(*STATISTICAL, *overrides)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "out"
    build(_recipe(), out, limit=ROWS)
    return out


@pytest.fixture
def out(corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus, tmp_path / "out"))


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], tuple[int, str]]:
    """Run the same build as a command; gives its exit code and what it says of errors."""
    monkeypatch.setattr("crosslabel.pipeline.build.DELAYS", ())
    changes = [word for own in (*SMALL, *STATISTICAL) for word in ("--set", own)]

    def run(out: Path) -> tuple[int, str]:
        words = ["build", "demo-ner", "--limit", str(ROWS), "--out", str(out), *changes]
        monkeypatch.setattr(sys, "argv", ["crosslabel", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        errors = capsys.readouterr().err
        _, ours, said = errors.partition("crosslabel: ")
        return int(ended.value.code or 0), ours + said

    return run


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@contextmanager
def _small_disk(folder: Path) -> Iterator[Callable[[int], None]]:
    """Makes the folder a disk; the result sets its size in KiB.

    Where nothing may be mounted, it sets the largest size of a file instead.
    """
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)):
        try:
            yield lambda size: (
                None if _mount("-o", f"remount,size={size}k", str(folder)) else pytest.fail("size"))
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size * 100, before[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_disk_is_one_line_and_the_next_run_goes_on(
    corpus: Path, tmp_path: Path, command: Callable[[Path], tuple[int, str]]
) -> None:
    with _small_disk(tmp_path / "disk") as size:
        out = tmp_path / "disk" / "out"
        for room in (8, 40, 90, 130, 170):
            size(room)
            code, said = command(out)
            assert code == 1, said
            assert said.count("\n") == 1
            assert str(out) in said
            assert "run the same command again to go on" in said
            assert not list(out.rglob("*.tmp"))
            if (out / ".work").is_dir():
                assert not list(verify(out))
        size(100_000)
        assert command(out) == (0, "")
        assert results(out) == results(corpus)


@contextmanager
def _read_only(folder: Path, content: Path) -> Iterator[None]:
    """Makes the folder a disk with this content that nobody may write to.

    Where nothing may be mounted, this process is one that has no right to write there.
    """
    folder.mkdir()
    mounted = _mount("-t", "tmpfs", "tmpfs", str(folder))
    shutil.copytree(content, folder / content.name)
    if mounted:
        try:
            assert _mount("-o", "remount,ro", str(folder))
            yield
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("name", ["out", "new"])
def test_read_only_folder_is_one_line(
    corpus: Path, tmp_path: Path, command: Callable[[Path], tuple[int, str]], name: str
) -> None:
    with _read_only(tmp_path / "disk", corpus):
        code, said = command(tmp_path / "disk" / name)
    assert code == 2, said
    assert said.count("\n") == 1
    assert str(tmp_path / "disk" / name) in said
    assert "choose another place" in said


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [(".work/translations/*/*.arrow", _flip), (".work/sources/*/rows-00000.jsonl", _flip),
     (".work/sources/*/rows-00000.jsonl", _truncate), (".work/aligners/*/*.safetensors", _flip),
     (".work/aligners/*/*.safetensors", _truncate)],
)
def test_damaged_file_is_refused_where_it_is_read(
    out: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    file = next(out.glob(pattern))
    damage(file)
    with pytest.raises(CrosslabelError) as error:
        build(_recipe("on_lost_span=outside"), out, limit=ROWS)
    assert str(file) in str(error.value)
    assert "crosslabel verify --repair" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "pattern",
    ["de/shard-00000-*.json", ".work/translations/*/*.json", ".work/aligners/*/*.json",
     ".work/sources/*/source.json", ".work/plans/*/plan.json"],
)
def test_marker_that_is_not_whole_commits_nothing(
    corpus: Path, out: Path, pattern: str
) -> None:
    _truncate(next(out.glob(pattern)))
    build(_recipe(), out, limit=ROWS)
    assert results(out) == results(corpus)
    assert not list(verify(out))


@pytest.mark.parametrize("pattern", ["de/shard-00000-*.arrow", ".work/translations/*/*.arrow"])
def test_shortened_part_or_shard_is_made_anew(corpus: Path, out: Path, pattern: str) -> None:
    _truncate(next(out.glob(pattern)))
    build(_recipe(), out, limit=ROWS)
    assert results(out) == results(corpus)
    assert not list(verify(out))


def _scramble(index: Path) -> None:
    content = bytearray(index.read_bytes())
    content[4096:] = bytes(255 - own for own in content[4096:])
    index.write_bytes(content)


def _shorten(index: Path) -> None:
    index.write_bytes(index.read_bytes()[:5000])


def _replace(index: Path) -> None:
    index.write_bytes(b"this was an index once")


@pytest.mark.parametrize("damage", [_scramble, _shorten, _replace])
def test_damaged_index_is_begun_anew(
    corpus: Path, out: Path, damage: Callable[[Path], None]
) -> None:
    damage(next(out.glob(".work/translations/*/index.sqlite")))
    _, _, account = build(_recipe(), out, limit=ROWS - 2)
    assert account.hits and not account.texts
    build(_recipe(), out, limit=ROWS)
    assert results(out) == results(corpus)


def test_index_that_places_texts_elsewhere_is_noticed_before_anything_is_written(
    out: Path
) -> None:
    build(_recipe(), out, limit=ROWS - 2)  # enters all parts
    index = next(out.glob(".work/translations/*/index.sqlite"))
    database = sqlite3.connect(index)
    with database:
        database.execute("UPDATE place SET row = (row + 1) % 4")
    database.close()
    with pytest.raises(CrosslabelError) as error:
        build(_recipe(), out, limit=ROWS - 3)
    assert "places a text where another stands" in str(error.value)
    assert str(index) in str(error.value)


def test_damaged_shard_is_named_by_who_reads_it(out: Path) -> None:
    from crosslabel.pipeline.corpus.reading import pairs

    file = next(out.glob("de/shard-00001-*.arrow"))
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(DamagedError) as error:
        list(pairs(out))
    assert str(file) in str(error.value)
    assert "crosslabel verify --repair" in str(error.value)


@pytest.mark.parametrize(
    ("model", "file", "key"),
    [
        ("mt-en-de-es", "model.bin", "translation.model"),
        ("mt-en-de-es", "source.spm", "translation.model"),
        ("mt-en-de-es", "model.json", "translation.model"),
        (NAME, "model.safetensors", "projection.model"),
        (NAME, "tokenizer.json", "projection.model"),
        (NAME, "model.json", "projection.model"),
    ],
)
def test_truncated_model_is_named(tmp_path: Path, model: str, file: str, key: str) -> None:
    original = tiny_encoder() if model == NAME else MODELS / model
    folder = Path(shutil.copytree(original, tmp_path / model))
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[:len(content) // 2])
    recipe = small_recipe("targets=[de]", "projection.method=inter", f"{key}={folder}")
    with pytest.raises(InputError) as error:
        build(recipe, tmp_path / "out", limit=3)
    assert str(folder) in str(error.value)
    assert "\n" not in str(error.value)


_HOLDER = """
import sys, time
from pathlib import Path
from crosslabel.pipeline.run.folder import prepared
with prepared(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_second_run_is_refused_until_the_first_is_gone(corpus: Path, out: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(out)], stdout=subprocess.PIPE,
                              text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(CrosslabelError, match=f"process {holder.pid} on ") as error:
            build(_recipe(), out, limit=ROWS)
        assert not isinstance(error.value, InputError)
        assert str(out) in str(error.value)
    finally:
        holder.kill()
        holder.communicate()
    build(_recipe(), out, limit=ROWS)
    assert results(out) == results(corpus)
