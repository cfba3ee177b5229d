"""The pages of tables, written from results as the measurements give them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gpu_page import gather, write
from benchmarks.page import speed_page
from benchmarks.turns import Measured, Seconds, times_faster

MACHINE = {
    "processor": "Some CPU", "cores": 16, "load": 0.1, "python": "3.12.1",
    "versions": {"torch": "2.13.0"}, "accelerator": "Some GPU", "cuda": "12.8",
}
FAST = Measured([Seconds(2.0, 2.0), Seconds(1.0, 2.5)], None)
SLOW = Measured([Seconds(10.0, 8.0), Seconds(8.0, 9.0)], None)


def _translation(compute_type: str, batch_tokens: int) -> dict[str, Any]:
    counts = {"texts": 100, "tokens": 2000}
    return {
        "model": "mt", "fingerprint": "0123456789abcdef", "source": "en", "target": "de",
        "beam": 4, "device": "cuda", "compute_type": compute_type, "threads": 16,
        "batch_tokens": batch_tokens, "turns": 2, "machine": MACHINE,
        "beside_bare": counts | {
            "translated": 100, "equal_texts": 100, "stage": FAST.figures(**counts),
            "bare": FAST.figures(**counts), "times_faster": times_faster(FAST, FAST),
            "goal": 0.95,
        },
        "beside_generate": counts | {
            "texts_per_batch": 64, "trial_seconds": {"64": 8.0}, "precision": "float16",
            "equal_inputs": 100, "equal_texts": 90, "stage": FAST.figures(**counts),
            "generate": SLOW.figures(**counts), "times_faster": times_faster(FAST, SLOW),
            "goal": 4.0,
        },
    }


def _alignment() -> dict[str, Any]:
    costs = {"wall_milliseconds": {"per_pair": 2.0, "per_call": 10.0}}
    return {
        "model": "enc", "fingerprint": "0123", "method": "itermax", "device": "cuda", "turns": 2,
        "machine": MACHINE,
        "rows": [{
            "encoder": "enc", "layer": 3, "threads": 16, "pairs": 100, "few_pairs": 10,
            "equal_links": 99, "crosslabel": FAST.figures(pairs=100) | costs,
            "simalign": SLOW.figures(pairs=100) | costs,
            "times_faster": times_faster(FAST, SLOW), "goal": 5.0,
        }],
    }


def _put(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values), "utf-8")


def test_times_faster_compares_best_turns_and_the_median_over_turns() -> None:
    assert times_faster(FAST, SLOW) == {
        "wall_best": 8.0, "wall_median": 6.5, "processor_best": 4.0, "processor_median": 3.8
    }


def test_speed_page_shows_what_is_measured_so_far(tmp_path: Path) -> None:
    _put(tmp_path / "translate.json", _translation("int8", 2048))
    page = speed_page(tmp_path)
    assert "| stage to bare engine | 1.00 | 1.00 | 1.00 | 0.95 | 100 of 100 |" in page
    assert "| stage to generate | 8.00 | 6.50 | 4.00 | 4 | 90 of 100 |" in page
    assert "## Alignment" not in page
    _put(tmp_path / "align.json", _alignment())
    assert "| enc | 3 | 16 | 100 | 99 | 100.0 | 12.5 | 8.00 | 6.50 | 4.00 | 5 |" in (
        speed_page(tmp_path)
    )


def test_gpu_page_gathers_training_translation_and_alignment(tmp_path: Path) -> None:
    measured, results = tmp_path / "out", tmp_path / "results"
    measured.mkdir()
    results.mkdir()
    log = ["5 parameters", "   1.0 min  step 25  loss 9.000", "  60.0 min  step 900  loss 2.500"]
    (measured / "translation.log").write_text("\n".join(log), "utf-8")
    _put(measured / "translate-int8-9000.json", _translation("int8", 9000))
    without_peer = _translation("float16", 8000)
    del without_peer["beside_generate"]
    _put(measured / "translate-float16-8000.json", without_peer)
    _put(measured / "align.json", _alignment())

    write(gather(measured), results)

    page = (results / "gpu.md").read_text("utf-8")
    assert "| translation | 60.0 min  step 900  loss 2.500 |" in page
    assert "Some GPU (CUDA 12.8)" in page
    lines = page.splitlines()
    first = "| float16 | 8,000 | 100 | 100.0 | 66.7 | 100.0 | 1.00 | 100 | – | – | – | – |"
    second = ("| int8 | 9,000 | 100 | 100.0 | 66.7 | 100.0 | 1.00 | 100 | 12.5 | float16 | 64 "
              "| 8.00 |")
    assert lines.index(second) == lines.index(first) + 1
    assert "## Alignment" in page
    saved = json.loads((results / "gpu.json").read_text("utf-8"))
    assert [run["compute_type"] for run in saved["translation"]] == ["float16", "int8"]


def test_gpu_page_without_measurements_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"run benchmarks/gpu\.sh first"):
        gather(tmp_path)
