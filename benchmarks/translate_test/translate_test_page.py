"""The page that compares translate-train and translate-test in German and Spanish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.figures import difference, lost_in_projection, with_interval
from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS
from crosslabel.pipeline.storage.files import read_json

_HEAD = """\
# Translate-train and translate-test

Made by `python -m benchmarks.translate_test.translate_test --work FOLDER` from the recipes in
[swahili/recipes](../swahili/recipes), with other languages. \
Named entities (PER, LOC, ORG; MISC left
out) of German and Spanish text by people: Europarl and PUD, whose English side is never shown, and
1,000 sentences each of CoNLL German and Spanish. Exact spans, F1 in percent with the 95 % interval
of the paired bootstrap over sentences, and the difference to zero-shot.

- *zero-shot*: a student (`{student}`) that learns from English sentences alone.
- *translate-train*: a student that also learns from their translations into both languages by
  `mt-en-de-es`, labels projected by `cascade`; no layer sees both sides (k = 0).
- *translate-test*: the test text in English by `mt-en-de-es`, labelled by `ner-en`, labels
  projected back by `cascade`.
- *both*: translate-train and translate-test combined by `crosslabel combine`, by mean and by vote.

English text of all of them: WikiGold, Universal NER EWT (dev), a third of the Broad Twitter Corpus
and of WNUT-17, and the samples, which is the mix that `ner-en` was trained on. `ner-en` had more
passes over it than a student, and swapped names; see its card.
"""
_REMARKS = HERE / "translate_test" / "translate_test_remarks.md"


def write_page() -> None:
    """Write benchmarks/translate_test/translate_test.md from the results."""
    results = read_json(RESULTS / "translate_test.json")
    remarks = _REMARKS.read_text("utf-8") if _REMARKS.is_file() else ""
    parts = [_HEAD.format(student=results["student"]), remarks, *comparison(results)]
    text = "\n".join(part.strip() + "\n" for part in parts if part)
    (HERE / "translate_test" / "translate_test.md").write_text(text, "utf-8")


def comparison(results: dict[str, Any]) -> Iterator[str]:
    """Yield how the students were trained, and the figures."""
    figures, training = results["figures"], results["training"]
    yield "## Figures"
    seeds = ", ".join(map(str, results["seeds"]))
    yield (f"Students: {training['epochs']:g} epochs, batches of {training['batch_rows']} rows, "
           f"peak learning rate {training['learning_rate']:g}, seed {seeds}. "
           f"Labels lost in the projection of the training text: "
           f"{lost_in_projection(results['corpus'])}.")
    sets, systems = results["gold"], results["systems"]
    yield "\n".join(table(["F1", *sets], [
        [system, *(with_interval(figures[name][system]["f1"]) for name in sets)]
        for system in systems
    ]))
    yield "Minus zero-shot:"
    yield "\n".join(table(["F1", *sets], [
        [system, *(difference(figures[name][system]["f1"]) for name in sets)]
        for system in systems[1:]
    ]))
    yield "Precision / recall:"
    yield "\n".join(table(["", *sets], [
        [system, *(" / ".join(f"{100 * figures[name][system][metric]['value']:.1f}"
                              for metric in ("precision", "recall")) for name in sets)]
        for system in systems
    ]))


if __name__ == "__main__":
    write_page()
