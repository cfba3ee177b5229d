"""Results as JSON, and their page of tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import in_words
from benchmarks.paths import HERE, RESULTS

Figures = dict[str, Any]

_INTRODUCTION = """\
# Speed

Made by `python -m benchmarks.translation.translate` and \
`python -m benchmarks.alignment.align`. All figures of a section
come from one run, side by side in alternating turns; loading is not counted. *Times faster* is
elapsed time of the best turns, then the median over the turns; *processor* is the same for the
processor time of all threads, which other work on the machine disturbs less.
"""


def save(results: Figures, name: str, output: Path | None) -> None:
    """Write results to ``output``, or under ``name`` into the results folder if it is ``None``."""
    path = output or RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    if output is None:
        (HERE / "translation" / "speed.md").write_text(speed_page(RESULTS), "utf-8")
    print(SECTIONS[name](results))


def speed_page(folder: Path) -> str:
    """Return the page of all results in ``folder``."""
    parts = [_INTRODUCTION]
    for name, section in SECTIONS.items():
        path = folder / f"{name}.json"
        if path.is_file():
            parts.append(section(json.loads(path.read_text("utf-8"))))
    return "\n".join(parts)


def translation(results: Figures) -> str:
    """Return the section of one run of ``benchmarks.translation.translate``."""
    lines = [
        "## Translation", "",
        f"`{results['model']}`, {results['source']} to {results['target']}, "
        f"beam {results['beam']}, {results['compute_type']}, "
        f"{results['device']}, {results['threads']} threads, "
        f"{results['batch_tokens']:,} source tokens per batch, turns: {results['turns']}.",
        in_words(results["machine"]) + ".", "",
    ]
    bare, peer = results["beside_bare"], results.get("beside_generate")
    rows = [_speed("stage", bare, "stage"), _speed("bare engine", bare, "bare")]
    if peer:
        rows += [
            _speed("stage", peer, "stage"),
            _speed(f"transformers generate, {peer['precision']}, {peer['texts_per_batch']} "
                   "texts per batch", peer, "generate"),
        ]
    head = ["what", "texts", "texts/s, best", "median", "source tokens/s", "processor s"]
    lines += [*table(head, rows), ""]
    compared = [_compared("stage to bare engine", bare)]
    compared += [_compared("stage to generate", peer)] if peer else []
    head = ["ratio", "times faster", "median", "processor", "goal", "equal texts"]
    return "\n".join([*lines, *table(head, compared)]) + "\n"


def alignment(results: Figures) -> str:
    """Return the section of one run of ``benchmarks.alignment.align``."""
    lines = [
        "## Alignment", "",
        f"Batched aligner beside `simalign`, {results['method']}, {results['device']}, "
        f"turns: {results['turns']}; milliseconds are elapsed time.",
        in_words(results["machine"]) + ".", "",
    ]
    head = ["encoder", "layer", "threads", "pairs", "equal links", "crosslabel pairs/s",
            "simalign pairs/s", "times faster", "median", "processor", "goal"]
    lines += [*table(head, [_aligned(row) for row in results["rows"]]), ""]
    head = ["encoder", "threads", "ms per pair, crosslabel", "simalign", "times faster",
            "ms per call, crosslabel", "simalign"]
    lines += table(head, [_cost(row) for row in results["rows"]])
    return "\n".join(lines) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table; all columns but the first are aligned to the right."""
    ruler = ["---", *["--:"] * (len(head) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (head, ruler, *rows)]


def _speed(title: str, results: Figures, name: str) -> list[str]:
    rates = results[name]["per_second"]
    return [
        title, f"{results['texts']:,}", f"{rates['texts']['best']:,.1f}",
        f"{rates['texts']['median']:,.1f}", f"{rates['tokens']['best']:,.0f}",
        f"{min(results[name]['processor_seconds']):.2f}",
    ]


def _compared(title: str, results: Figures) -> list[str]:
    equal = f"{results['equal_texts']:,} of {results['texts']:,}"
    return [title, *ratios(results), f"{results['goal']:g}", equal]


def ratios(results: Figures) -> list[str]:
    """Return the cells of a comparison: best turns, median over the turns, processor time."""
    kinds = ("wall_best", "wall_median", "processor_best")
    return [f"{results['times_faster'][kind]:.2f}" for kind in kinds]


def _aligned(row: Figures) -> list[str]:
    speeds = [f"{row[name]['per_second']['pairs']['best']:,.1f}" for name in _ALIGNERS]
    return [
        row["encoder"], str(row["layer"]), str(row["threads"]), f"{row['pairs']:,}",
        f"{row['equal_links']:,}", *speeds, *ratios(row), f"{row['goal']:g}",
    ]


def _cost(row: Figures) -> list[str]:
    ours, theirs = (row[name]["wall_milliseconds"] for name in _ALIGNERS)
    return [
        row["encoder"], str(row["threads"]), f"{ours['per_pair']:.3f}",
        f"{theirs['per_pair']:.3f}", f"{theirs['per_pair'] / ours['per_pair']:.2f}",
        f"{ours['per_call']:.1f}", f"{theirs['per_call']:.1f}",
    ]


_ALIGNERS = ("crosslabel", "simalign")
SECTIONS = {"translate": translation, "align": alignment}
