"""The check of the source language: rows in the right language that it names, others that it finds.

Its limits were chosen on Tatoeba and NTREX, and looked at on English of the web (UNER-EWT, WNUT,
BTC); UNER-PUD and the shipped samples were looked at once, after that.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.machine import in_words, machine
from benchmarks.page import table
from benchmarks.paths import DATA, HERE, RESULTS
from benchmarks.quality.quality_texts import EVERYDAY, NEWS
from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.quality import language
from crosslabel.pipeline.quality.source_language import is_long_enough, other_languages
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.storage.shipped import SAMPLES

Figures = Mapping[str, Any]
CORPORA = ("en", "de", "es", "pt", "zh", "ar", "ru")
"""Source languages whose corpora get rows of all others."""
_EACH = 2000


def main() -> None:
    """Measure, then write the figures and the page."""
    language.most_likely([""])
    figures = {"machine": machine("cpu"), "identifier": language.fingerprint(),
               "own": list(_own()), "others": list(_others())}
    (RESULTS / "row_languages.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    (HERE / "quality" / "row_languages.md").write_text(page(figures), "utf-8")


def _own() -> Iterator[dict[str, Any]]:
    """Yield for each set in one language how many of its rows are named."""
    for (name, lang), examples in _sets().items():
        start = time.process_time()
        found = other_languages(examples, lang)
        yield {"data": name, "lang": lang, "rows": len(examples),
               "judged": sum(map(is_long_enough, examples)),
               "named": sum(other is not None for other in found),
               "seconds": time.process_time() - start}


def _others() -> Iterator[dict[str, Any]]:
    """Yield for corpora in each language how many of the long enough rows of others are found."""
    for (name, lang), examples in _translations().items():
        judged = [example for example in examples if is_long_enough(example)]
        yield {"data": name, "lang": lang, "rows": len(judged), "found": {
            corpus: sum(other is not None for other in other_languages(judged, corpus))
            for corpus in CORPORA if corpus != lang}}


def _sets() -> dict[tuple[str, str], list[Example]]:
    sets = {("UNER-PUD", lang): _pud(lang) for lang in ("en", "de", "pt", "zh")}
    for file in sorted(SAMPLES.glob("*.*")):
        lang = file.name.split(".")[1][:2]
        if file.suffix != ".md":
            rows = read(file, lang=lang, format="slots" if file.name.startswith("slots") else None)
            sets[file.name, lang] = [row for row in rows if isinstance(row, Example)]
    return sets | _translations()


def _pud(lang: str) -> list[Example]:
    side, other = ("source", "de") if lang == "en" else ("target", lang)
    with gzip.open(DATA / "projection" / f"uner-pud.en-{other}.jsonl.gz", "rt",
                   encoding="utf-8") as lines:
        rows = [json.loads(line)[side] for line in lines]
    return [_example(row["text"], lang, _spans(row)) for row in rows]


def _spans(row: Mapping[str, Any]) -> tuple[Span, ...]:
    """Return the spans of tokens that stand in the text as they are."""
    ranges, at = [], 0
    for token in row["tokens"]:
        start = row["text"].find(token, at)
        if start < 0:
            return ()
        at = start + len(token)
        ranges.append((start, at))
    return tuple(
        Span(str(number), "text", ((ranges[span["start"]][0], ranges[span["end"] - 1][1]),),
             span["label"])
        for number, span in enumerate(row["spans"])
    )


def _translations() -> dict[tuple[str, str], list[Example]]:
    files = {("NTREX", lang): f"ntrex.en-{lang}" for lang in NEWS}
    files |= {("Tatoeba", lang): f"tatoeba.en-{lang}.train" for lang in EVERYDAY}
    sets = {(name, lang): _column(stem, 1, lang) for (name, lang), stem in files.items()}
    return {("NTREX", "en"): _column("ntrex.en-de", 0, "en"),
            ("Tatoeba", "en"): _column("tatoeba.en-de.train", 0, "en")} | sets


def _column(stem: str, column: int, lang: str) -> list[Example]:
    with gzip.open(DATA / "parallel" / f"{stem}.tsv.gz", "rt", encoding="utf-8") as lines:
        texts = list(dict.fromkeys(line.rstrip("\n").split("\t")[column] for line in lines))
    return [_example(text, lang) for text in texts[:_EACH]]


def _example(text: str, lang: str, spans: tuple[Span, ...] = ()) -> Example:
    return Example("0", "spans", lang, {"text": text}, spans)


def page(figures: Figures) -> str:
    """Return the page as Markdown."""
    own = [[f"{row['data']} ({row['lang']})", f"{row['rows']:,}", f"{row['judged']:,}",
            f"{row['named']}", _percent(row["named"], row["rows"]),
            f"{1e4 * row['seconds'] / row['rows']:.1f}"] for row in figures["own"]]
    others = [[f"{row['data']} {row['lang']}", f"{row['rows']:,}",
               *(_percent(row["found"].get(corpus), row["rows"]) for corpus in CORPORA)]
              for row in figures["others"]]
    return "\n".join([
        "# Languages of rows", "",
        "Made by `python -m benchmarks.quality.row_languages` with "
        f"{in_words(figures['machine'])}; {figures['identifier']}.", "",
        "## Rows in the language of their corpus", "",
        "Rows that `source.other_language` names although they are in the language of the corpus. "
        "Rows with fewer than 20 letters are not judged. The limits were chosen on Tatoeba and "
        "NTREX; UNER-PUD and the samples were looked at once, after that.", "",
        *table(["data", "rows", "judged", "named", "%", "processor seconds for 10,000 rows"], own),
        "",
        "## Rows in another language", "",
        "Share of rows that are named in a corpus of each language, in percent of those that are "
        "long enough.", "",
        *table(["data", "rows", *(f"in a corpus of {corpus}" for corpus in CORPORA)], others),
    ]) + "\n"


def _percent(part: int | None, whole: int) -> str:
    return "" if part is None else f"{100 * part / whole:.2f}"


if __name__ == "__main__":
    main()
