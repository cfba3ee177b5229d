"""The results page of a machine with a GPU, made from the files that `benchmarks/gpu.sh` wrote.

    python -m benchmarks.gpu_page FOLDER

reads the JSON files and training logs in the folder and writes benchmarks/results/gpu.json and
benchmarks/results/gpu.md.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from benchmarks.machine import in_words
from benchmarks.page import Figures, alignment, ratios, table
from benchmarks.paths import RESULTS

_STEP = re.compile(r"\s*[\d.]+ min +step \d+ .*")


def main() -> None:
    """Gather the measurements in a folder and write the page."""
    parser = argparse.ArgumentParser(description="Results page of a machine with a GPU.")
    parser.add_argument("folder", type=Path, help="folder that gpu.sh wrote")
    write(gather(parser.parse_args().folder), RESULTS)


def gather(folder: Path) -> dict[str, Any]:
    """Return the last training steps, all translation runs, and the alignment run if there is one.

    Raises:
        SystemExit: nothing was measured.
    """
    runs = [_read(path) for path in folder.glob("translate-*.json")]
    if not runs:
        raise SystemExit(f"{folder}: no translate-*.json; run benchmarks/gpu.sh first")
    aligned = folder / "align.json"
    return {
        "training": {path.stem: last_step(path) for path in sorted(folder.glob("*.log"))},
        "translation": sorted(runs, key=lambda run: (run["compute_type"], run["batch_tokens"])),
        "alignment": _read(aligned) if aligned.is_file() else None,
    }


def last_step(log: Path) -> str:
    """Return the last line of a training log with minutes, step and losses, or "no step"."""
    steps = [line for line in log.read_text("utf-8").splitlines() if _STEP.fullmatch(line)]
    return steps[-1].strip() if steps else "no step"


def write(results: dict[str, Any], folder: Path) -> None:
    """Write gpu.json and gpu.md into ``folder``."""
    (folder / "gpu.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (folder / "gpu.md").write_text(page(results), "utf-8")


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    sections = ["# On a GPU\n\nMade by `benchmarks/gpu.sh`.\n"]
    if results["training"]:
        rows = [[name, step] for name, step in results["training"].items()]
        sections.append("\n".join(["## Training", "", *table(["model", "at the end"], rows), ""]))
    sections.append(translation(results["translation"]))
    if results["alignment"]:
        sections.append(alignment(results["alignment"]))
    return "\n".join(sections)


def translation(runs: list[Figures]) -> str:
    """Return the section with one line per compute type and batch size, each a separate run."""
    first = runs[0]
    head = ["compute type", "batch tokens", "texts", "stage texts/s, best", "median",
            "bare texts/s", "stage to bare", "equal texts", "generate texts/s", "its precision",
            "its batch", "stage to generate"]
    return "\n".join([
        "## Translation", "",
        f"`{first['model']}` ({first['fingerprint'][:12]}), {first['source']} to "
        f"{first['target']}, beam {first['beam']}, turns: {first['turns']}. Generate and the "
        "stage beside it get fewer texts, see the JSON file.",
        in_words(first["machine"]) + ".", "",
        *table(head, [_row(run) for run in runs]), "",
    ])


def _row(run: Figures) -> list[str]:
    bare, peer = run["beside_bare"], run.get("beside_generate")
    stage, alone = (bare[name]["per_second"]["texts"] for name in ("stage", "bare"))
    cells = [
        run["compute_type"], f"{run['batch_tokens']:,}", f"{bare['texts']:,}",
        f"{stage['best']:,.1f}", f"{stage['median']:,.1f}", f"{alone['best']:,.1f}",
        ratios(bare)[0], f"{bare['equal_texts']:,}",
    ]
    if not peer:
        return [*cells, "–", "–", "–", "–"]
    rate = peer["generate"]["per_second"]["texts"]["best"]
    size = f"{peer['texts_per_batch']}"
    return [*cells, f"{rate:,.1f}", peer["precision"], size, ratios(peer)[0]]


def _read(path: Path) -> Figures:
    values: Figures = json.loads(path.read_text("utf-8"))
    return values


if __name__ == "__main__":
    main()
