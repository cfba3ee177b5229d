"""Small real builds of the sample corpus, and what their folders hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages.units import Stage, Unit, units
from tests import warm
from tests.tiny_encoder import tiny_encoder

TINY_ENCODER = f"projection.model={tiny_encoder()}"
"""The change of a recipe that makes it project with the tiny encoder."""
SMALL = ("translation.part_texts=8", "output.shard_rows=6", "translation.beam=1", TINY_ENCODER)
LIMIT = 24


def small_recipe(*overrides: str) -> Recipe:
    """The demo recipe with the tiny encoder, cut into several parts and shards per language."""
    return load("demo-ner", [*SMALL, *overrides])


def units_of(plan: Plan, stage: Stage) -> list[Unit]:
    """The units of one stage, in working order."""
    return [unit for unit in units(plan) if unit.stage == stage]


def start(out: Path, overrides: Sequence[str] = ()) -> warm.Warm:
    """The same build as a process of its own."""
    changes = [word for change in (*SMALL, *overrides) for word in ("--set", change)]
    return warm.start(
        "crosslabel", "build", "demo-ner", "--out", out, "--limit", LIMIT, *changes)


def results(out: Path) -> dict[str, bytes]:
    """Everything a user reads, by path: shards, markers, rejects, manifest, dataset files."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".work" not in path.parts and path.name != "run.json"
    }


def inodes(out: Path, pattern: str = "**/shard-*") -> dict[str, tuple[int, int]]:
    """Inode and modification time of the files that match, by path."""
    return {
        str(path.relative_to(out)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(out.glob(pattern))
    }


def committed(out: Path) -> dict[str, tuple[int, int]]:
    """Files whose marker is there: what no later run may touch."""
    kept: dict[str, tuple[int, int]] = {}
    work = (*out.glob(".work/translations/*/*.json"), *out.glob(".work/aligners/*/*.json"))
    for marker in [*out.glob("*/shard-*.json"), *work]:
        for path in marker.parent.glob(f"{marker.stem}.*"):
            kept |= inodes(out, str(path.relative_to(out)))
    return kept
