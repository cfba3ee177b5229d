"""The page and the picture of systems for tagging across languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import difference, lost_in_projection, with_interval
from benchmarks.machine import in_words
from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS
from crosslabel.pipeline.storage.files import committed, read_json

_TITLES = {
    "ner": "Named entities: CoNLL-2003 English, MarianMT translations",
    "ner-deepl": "Named entities: CoNLL-2003 English, DeepL translations",
    "ner-strict": "Named entities: MarianMT translations, only what is 99 % certain is projected",
    "pos": "Parts of speech: English LinES and ParTUT, translated by the shipped model",
}
PAGE = HERE / "finetuning" / "filter.md"
_REMARKS = PAGE.with_name("filter_remarks.md")
_HEAD = """\
# Fine-tuning across languages

Made by `python -m benchmarks.finetuning.filter_systems SETTING --work FOLDER`, \
with `--epochs`, `--seeds` and
`--systems` as the sections say (settings ner, ner-deepl, pos). Systems learn from English labels
and are measured on human text with gold labels: CoNLL German and Spanish (exact spans, F1), the PUD
treebanks of German and Spanish (accuracy of words). Each system sees about the same number of rows,
students after a teacher that did. Figures are means over seeds in percent, with the 95 % interval
of the paired bootstrap over sentences, and the difference to zero-shot. At prediction side b is the
shipped model's English translation of the test sentence, never the human one. Nothing was chosen by
looking at the test sets: of two learning rates (3e-4, 1e-3) the one was taken that was better for
zero-shot on the English development set.

*zero-shot*: English alone. *translate-train, k=0*: pairs with projected labels on side a and gold
ones on side b, no layer sees both. *FILTER*: one fused layer, hard labels on side b alone, as in
the paper. *+ self-teaching*: a student of that with soft labels on side a (λ = 1). *+ projected
labels*: projected labels on side a, weighted by their probability; with self-teaching λ = 0.5.
These mask words that lost spans may have become; *drop_pair* leaves out pairs with a lost span,
*outside* takes such words as outside. *side a alone*: the same models, shown no translation of the
test sentence.
"""


def write_page() -> None:
    """Write benchmarks/finetuning/filter.md and the picture from all results that exist."""
    results = {name: values for name in _TITLES
               if (values := read_json(RESULTS / f"filter_{name}.json"))}
    remarks = _REMARKS.read_text("utf-8") if _REMARKS.is_file() else ""
    speed = read_json(RESULTS / "filter_speed.json")
    parts = [_HEAD, remarks,
             *(part for name, entry in results.items() for part in _part(name, entry)),
             *(_speed(speed) if speed else ())]
    PAGE.write_text("\n".join(part.strip() + "\n" for part in parts if part), "utf-8")
    _draw(results, RESULTS / "filter.svg")


def _part(name: str, results: dict[str, Any]) -> Iterator[str]:
    training = results["training"]
    yield f"## {_TITLES[name]}"
    yield (f"Student `{results['student']}`, {training['epochs']} epochs, batches of "
           f"{training['batch_rows']} rows, peak learning rate {training['learning_rate']}, "
           f"seeds {', '.join(map(str, results['seeds']))}. Labels lost in projection: "
           f"{lost_in_projection(results['data']['corpus'])}.")
    figures = results["figures"]
    langs, systems = list(figures), results["systems"]
    first, *others = _metrics(figures)
    head = ["system", *(f"{lang} {first}" for lang in langs),
            *(f"{lang} minus zero-shot" for lang in langs)]
    yield "\n".join(table(head, [
        [system, *(with_interval(figures[lang][system][first]) for lang in langs),
         *(difference(figures[lang][system][first]) for lang in langs)]
        for system in systems
    ]))
    if others:
        yield "Precision and recall of the same, and accuracy of words:"
        yield "\n".join(table(["system", *(f"{lang} {metric}" for lang in langs
                                           for metric in others)], [
            [system, *(f"{100 * figures[lang][system][metric]['value']:.1f}" for lang in langs
                       for metric in others)] for system in systems
        ]))
    yield "![figures](../results/filter.svg)" if name == "ner" else ""


def _speed(results: dict[str, Any]) -> Iterator[str]:
    training, teacher = results["training"], results["teacher_pass"]
    options = results["options"]
    yield "## Speed"
    yield ("Made by `python -m benchmarks.finetuning.filter_speed`: random encoder of size "
           f"`{options['size']}`, {options['threads']} threads, "
           f"{'bfloat16' if options['bf16'] else 'float32'}, "
           f"{training['steps']} steps of {options['batch']} rows, side by side in "
           f"{options['turns']} alternating turns. {in_words(results['machine'])}.")
    yield "\n".join(table(["", "ratio of the best turns", "goal"], [
        ["training from Arrow shards / the same batches held in memory",
         _ratio(training["loop_of_held"]), "0.97"],
        ["teacher pass to float16 labels / bare encoder on batches held in memory",
         _ratio(teacher["soften_of_encoder"]), "0.90"],
        ["step of FILTER (k = 1) / of translate-train (k = 0), both sides",
         _ratio(training["filter_of_translate_train"]), "–"],
        ["step of FILTER (k = 1) / of side a alone", _ratio(training["filter_of_one_side"]), "–"],
    ]))
    yield (f"Rates, not seconds: 0.97 is 3 % slower. {training['tokens']:,} tokens in "
           f"{training['steps']} steps, {100 * training['padding']:.1f} % of the places are "
           f"padding, {training['parameters'] / 1e6:.1f} million parameters in the layers: "
           f"{_flops(training):.0f} GFLOP/s by 6 · tokens · parameters.")


def _ratio(factors: dict[str, float]) -> str:
    return f"{factors['wall_best']:.3f} (processor {factors['processor_best']:.3f})"


def _flops(training: dict[str, Any]) -> float:
    seconds = min(training["contestants"]["held"]["wall_seconds"])
    return float(6 * training["tokens"] * training["parameters"] / seconds / 1e9)


def _metrics(figures: dict[str, Any]) -> list[str]:
    """Return the metrics, with the task's usual metric first."""
    metrics = next(iter(next(iter(figures.values())).values()))
    return sorted(metrics, key=("f1", "accuracy", "precision", "recall").index)


def _draw(results: dict[str, Any], file: Path) -> None:
    """Draw bars with intervals, one row for each setting and language."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    panels = [(name, lang, entry["figures"][lang], entry["systems"][::-1],
               _metrics(entry["figures"])[0])
              for name, entry in results.items() for lang in entry["figures"]]
    with rc_context({"svg.hashsalt": "filter", "font.size": 8}):
        picture = Figure(figsize=(8, 1.0 + 0.22 * sum(len(bars) for _, _, _, bars, _ in panels)),
                         layout="constrained")
        axes = picture.subplots(len(panels), 1, squeeze=False,
                                height_ratios=[len(bars) for _, _, _, bars, _ in panels])[:, 0]
        for axis, (name, lang, figures, systems, metric) in zip(axes, panels, strict=True):
            first = [figures[system][metric] for system in systems]
            values = [100 * bar["value"] for bar in first]
            low = [100 * (bar["value"] - bar["interval"][0]) for bar in first]
            high = [100 * (bar["interval"][1] - bar["value"]) for bar in first]
            axis.barh(systems, values, xerr=[low, high], color="#4477aa", ecolor="#222222")
            axis.set_xlim(left=max(0, min(values) - 15))
            axis.set_title(f"{name}, {lang}: {metric}", loc="left")
        with committed(file) as out:
            picture.savefig(out, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    write_page()
