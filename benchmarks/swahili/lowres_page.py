"""The page on a language that no shipped model knows, from bitext to figures."""

from __future__ import annotations

from typing import Any

from benchmarks.paths import HERE, RESULTS
from benchmarks.translate_test.translate_test_page import comparison
from crosslabel.pipeline.storage.files import read_json

_TRANSLATION = """\
## The translation model

BLEU / chrF (sacreBLEU, beam 4) on the {sentences:,} development pairs of LAFAND-MT: {scores}.
"""
_FIGURES = """\
Measured by `python -m benchmarks.swahili.lowres --work FOLDER --translation MODEL --seeds 1`, \
which takes
these steps with these recipes: exact spans, F1 in percent with the 95 % interval of the paired
bootstrap over sentences. Systems as in [translate_test.md](../translate_test/translate_test.md).
"""
_STEPS, _REMARKS = HERE / "swahili" / "lowres_steps.md", HERE / "swahili" / "lowres_remarks.md"
_PAIRS = "PAIRS"
"""Placeholder in the steps for the number of translated sentences."""


def write_page() -> None:
    """Write benchmarks/swahili/swahili.md from the results."""
    results = read_json(RESULTS / "lowres.json")
    title, *figures = comparison(results)
    remarks = _REMARKS.read_text("utf-8") if _REMARKS.is_file() else ""
    steps = _STEPS.read_text("utf-8").replace(_PAIRS, f"{results['pairs']:,}")
    parts = [steps, _translation(results["translation"]), title,
             _FIGURES, *figures, remarks]
    text = "\n".join(part.strip() + "\n" for part in parts if part)
    (HERE / "swahili" / "swahili.md").write_text(text, "utf-8")


def _translation(results: dict[str, Any]) -> str:
    directions = results["directions"]
    scores = ", ".join(f"{name} {score['bleu']} / {score['chrf']}"
                       for name, score in directions.items())
    sentences = next(iter(directions.values()))["sentences"]
    return _TRANSLATION.format(sentences=sentences, scores=scores)


if __name__ == "__main__":
    write_page()
