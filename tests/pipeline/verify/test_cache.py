"""What a folder holds, and what pruning takes from it: nothing that its latest plan reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crosslabel.cli.main import app
from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.storage.files import read_json
from crosslabel.pipeline.storage.folders import sizes
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.verify.usage import KINDS, prune, usage
from crosslabel.projection.errors import InputError
from tests.pipeline.corpus_builds import inodes, results, small_recipe
from tests.pipeline.s3_server import FaultyProxy

STATISTICAL = ("targets=[de]", "projection.method=statistical")


def _translations(out: Location) -> set[str]:
    return {name for name in sizes(out) if "/translations/" in name and name.endswith(".arrow")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was built with fewer rows, another decoding and another language before."""
    out = tmp_path_factory.mktemp("grown") / "out"
    build(small_recipe(*STATISTICAL, "translation.length_penalty=0.5"), out, limit=6)
    build(small_recipe("targets=[de, es]", "projection.method=statistical"), out, limit=6)
    build(small_recipe(*STATISTICAL), out, limit=12)
    return out


@pytest.fixture
def grown(built: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return shutil.copytree(built, tmp_path / "out")


def test_prune_takes_what_is_superseded_and_no_more(grown: Path) -> None:
    planned = plan(small_recipe(*STATISTICAL), grown, 12)
    language = planned.languages["de"]
    before, shards, parts = sizes(grown), results(grown), inodes(grown, ".work/**/*.arrow")
    would = prune(grown, dry_run=True)
    assert sizes(grown) == before
    removed = prune(grown)
    assert removed == would
    after = sizes(grown)
    gone = {name: size for name, size in before.items() if name not in after}
    assert sum(own.bytes for own in removed.values()) == sum(gone.values()) > 0
    assert {name: own.files for name, own in removed.items() if own.files}.keys() == {
        "rows", "plans", "translation memory", "aligners"}
    kept = {name.split("/")[2] for name in after if name.startswith(".work/translations/")}
    assert kept == {language.memory.folder.name}
    assert set(inodes(grown, ".work/**/*.arrow")) == _translations(grown)
    assert inodes(grown, ".work/**/*.arrow").items() <= parts.items()
    assert results(grown) == shards
    _, _, account = build(small_recipe(*STATISTICAL), grown, limit=12)
    assert account.idle
    assert results(grown).items() <= shards.items()
    assert not any(own.files for own in prune(grown).values())


def test_what_was_pruned_is_made_anew(grown: Path) -> None:
    recipe = small_recipe(*STATISTICAL, "translation.length_penalty=0.5")
    prune(grown)
    _, _, account = build(recipe, grown, limit=6)
    assert account.texts
    alone = grown.parent / "alone"
    build(recipe, alone, limit=6)
    assert results(grown)["de/state.json"] == results(alone)["de/state.json"]
    assert {name: content for name, content in results(grown).items() if name[:2] == "de"} == {
        name: content for name, content in results(alone).items() if name[:2] == "de"}


def test_parts_that_are_gone_are_translated_anew(grown: Path) -> None:
    recipe = small_recipe(*STATISTICAL)
    before = results(grown)
    planned = plan(recipe, grown, 12)
    language = planned.languages["de"]
    found = [part for slot, part in enumerate(language.parts) if slot not in language.new]
    assert found
    (language.memory.folder / f"{found[0]}.json").unlink()
    for shard in (grown / "de").glob("shard-*"):
        shard.unlink()
    _, manifest, account = build(recipe, grown, limit=12)
    assert account.texts
    assert manifest["languages"]["de"]["rows"] == json.loads(
        before["manifest.json"])["languages"]["de"]["rows"]


def test_of_given_translations_those_of_the_latest_file_stay(tmp_path: Path) -> None:
    rows = [{"id": f"r{n}", "text": f"Anna saw {n} birds.",
             "spans": [{"start": 0, "end": 4, "label": "PER"}]} for n in range(12)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    given = tmp_path / "de.jsonl"
    recipe = small_recipe(
        "targets=[de]", "projection.method=itermax", "segmentation.sentences=false",
        f"source.path={tmp_path}/rows.jsonl", f"translation.given.de={given}")

    def write(verb: str) -> None:
        given.write_text("\n".join(json.dumps(
            {"id": f"r{n}", "text": f"Anna {verb if n > 8 else 'sah'} {n} Vögel."})
            for n in range(12)))

    write("erblickte")
    build(recipe, tmp_path / "out")
    write("bemerkte")
    planned, *_ = build(recipe, tmp_path / "out")
    assert len(_translations(tmp_path / "out")) == 3
    prune(tmp_path / "out")
    assert {Path(name).stem for name in _translations(tmp_path / "out")} == set(
        planned.languages["de"].parts)
    assert build(recipe, tmp_path / "out")[2].idle


def test_prune_in_a_store(s3: FaultyProxy, stored: Location) -> None:
    build(small_recipe(*STATISTICAL, "translation.length_penalty=0.5"), stored, limit=6)
    planned, *_ = build(small_recipe(*STATISTICAL), stored, limit=6)
    assert prune(stored)["translation memory"].files
    assert {name.split("/")[2] for name in _translations(stored)} == {
        planned.languages["de"].memory.folder.name}
    assert build(small_recipe(*STATISTICAL), stored, limit=6)[2].idle


def test_run_json_tells_sizes_and_how_often_the_memory_knew(tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe = small_recipe("targets=[de]", "projection.method=itermax")
    build(recipe, out, limit=6)
    first = read_json(out / "run.json")
    assert first["memory_hit_rate"] == 0.0
    planned, *_ = build(recipe, out, limit=12)
    told = read_json(out / "run.json")
    language = planned.languages["de"]
    segments = sum(len(language.places(shard)) for shard in range(2))
    assert language.segments == segments
    assert language.hits
    assert told["memory_hit_rate"] == pytest.approx(language.hits / segments, abs=1e-4)
    assert told["bytes"].keys() == set(KINDS)
    on_disk: dict[str, Any] = sizes(out)
    assert told["bytes"]["shards"] == sum(own for name, own in on_disk.items() if "shard-" in name)
    assert told["bytes"]["translation memory"] == sum(
        own for name, own in on_disk.items() if "/translations/" in name)
    assert sum(own.bytes for own in usage(out).values()) == sum(on_disk.values())


def test_folder_without_a_plan_is_not_pruned(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="holds no plan of a build"):
        prune(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_command_shows_and_prunes(grown: Path) -> None:
    from typer.testing import CliRunner

    run = CliRunner().invoke
    shown = json.loads(run(app, ["cache", "show", str(grown), "--json"]).stdout)
    assert shown == {kind: {"files": own.files, "bytes": own.bytes}
                     for kind, own in usage(grown).items()}
    would = run(app, ["cache", "prune", str(grown), "--dry-run"]).stdout
    assert "would be removed" in would
    done = run(app, ["cache", "prune", str(grown), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["aligners"]["files"] == 2, "those of Spanish"
    missing = run(app, ["cache", "show", str(grown.parent / "none")])
    assert isinstance(missing.exception, InputError)
