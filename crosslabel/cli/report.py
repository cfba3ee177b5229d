"""Output of a build at its end, and of ``inspect`` for a corpus: one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rich.console import Console, Group
from rich.table import Table

from crosslabel.cli.highlight import highlighted
from crosslabel.cli.tables import FittedTable
from crosslabel.cli.terminal import cell
from crosslabel.pipeline.corpus.records import Pair, Task
from crosslabel.pipeline.corpus.shards import read_pairs
from crosslabel.pipeline.corpus.tags import flatten
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.run.account import Account
from crosslabel.pipeline.stages.shard_pairs import unknown_words
from crosslabel.pipeline.storage.location import Location

_PICTURES = 3


@dataclass(frozen=True, slots=True)
class _Headings:
    """Headings for a corpus, by its task."""

    title: str
    pictures: str
    lossy: str


_OF_TEXTS = _Headings("", "The most certain translations of a few shards, with their labels", "")
_OF_SPANS = _Headings(
    "spans", "The most certain translations of a few shards, with their spans in brackets",
    "A pair with a lost span; the words that it may have become are in braces",
)
_OF_WORDS = _Headings(
    "words", "The translations with the fewest lost words of a few shards, with their labels",
    "A pair with lost words; the words that they may have become are in braces",
)


_HEADINGS: dict[Task, _Headings] = {"text": _OF_TEXTS, "spans": _OF_SPANS, "words": _OF_WORDS}


def print_build(plan: Plan, manifest: dict[str, Any], account: Account) -> None:
    """Print counts, time per stage, and a few pairs with their spans highlighted."""
    console = Console()
    print_corpus(plan.out, manifest, console)
    console.print(_account(manifest, account))
    for warning in (*plan.warnings, *account.warnings):
        console.print(f"[yellow]{cell(warning)}[/]")
    console.print(f"Open it: [bold]datasets.load_from_disk({cell(repr(str(plan.out)))})[/]")


def print_corpus(out: Location, manifest: dict[str, Any], console: Console) -> None:
    """Print the counts of a corpus and a few pairs."""
    languages = manifest["languages"]
    console.print(_rows_table(manifest["recipe"]["name"], languages))
    headings = _HEADINGS[manifest.get("task", "spans")]
    if any(counts.get("classes") for counts in languages.values()):
        console.print(_classes_table(languages))
    if manifest.get("task") != "text":
        console.print(_spans_table(manifest["labels"], languages, headings.title))
    console.print(f"{headings.pictures}:\n")
    for pair in islice(_pictured(out, manifest), _PICTURES):
        console.print(_picture(pair, manifest["labels"]))
    for pair in islice(_lossy(out, manifest), 1):
        console.print(f"{headings.lossy}:\n")
        console.print(_picture(pair, manifest["labels"], _mask_above(manifest)))


def _rows_table(name: str, languages: dict[str, Any]) -> FittedTable:
    counted = ("in", "out", "rejected", "sentences", "shards")
    table = FittedTable("language", *counted, "why rejected", numbers=counted,
                        title=f"{name}: rows")
    for lang, counts in languages.items():
        reasons = ", ".join(f"{why} {n}" for why, n in counts["reject_reasons"].items())
        numbers = (counts[k] for k in ("rows_in", "rows", "rejected", "segments"))
        table.add_row(lang, *numbers, len(counts["shards"]), reasons or "–")
        if counts["repaired_tags"]:
            table.caption = f"{counts['repaired_tags']} tags of the corpus were repaired on reading"
    return table


def _classes_table(languages: dict[str, Any]) -> FittedTable:
    table = FittedTable("label", *languages, numbers=languages, title="labels of texts")
    by_language = [counts.get("classes", {}) for counts in languages.values()]
    for label in sorted({label for counts in by_language for label in counts}):
        table.add_row(label, *(counts.get(label, 0) for counts in by_language))
    return table


def _spans_table(labels: Sequence[str], languages: dict[str, Any], title: str) -> FittedTable:
    counted = ("given", "projected", "abstained", "rejected")
    table = FittedTable("language", "label", *counted, "why not projected", numbers=counted, keys=2,
                        title=title)
    for lang, counts in languages.items():
        for label in labels:
            entries = [entry for entry in counts["spans"] if entry["label"] == label]
            if entries:
                table.add_row(lang, label, *_span_counts(entries))
        table.add_section()
    return table


def _span_counts(entries: Sequence[dict[str, Any]]) -> list[str]:
    by_status = {
        status: sum(e["count"] for e in entries if e["status"] == status)
        for status in ("projected", "abstained", "rejected")
    }
    reasons = ", ".join(f"{e['reason']} {e['count']}" for e in entries if e["reason"])
    return [str(sum(by_status.values())), *map(str, by_status.values()), reasons or "–"]


def _pictured(out: Location, manifest: dict[str, Any]) -> Iterator[Pair]:
    """Yield the pair to show of each shard, in turn by language.

    It is the pair with the most certain translation among the pairs with several spans of which
    none is lost; with labelled words, among the pairs with the fewest lost words; with labelled
    texts, among all pairs.
    """
    by_language = [counts["shards"] for counts in manifest["languages"].values()]
    for position in range(max(map(len, by_language), default=0)):
        for shards in by_language:
            if position < len(shards):
                pairs = read_pairs(out / shards[position]["file"])
                yield from sorted(filter(_showable, pairs), key=_worst_last)[:1]


def _showable(pair: Pair) -> bool:
    if pair.a.task == "text":
        return True
    several = len(pair.projections) > 1
    return several and (pair.a.task == "words" or not _share_lost(pair))


def _share_lost(pair: Pair) -> float:
    lost = sum(projection.status != "projected" for projection in pair.projections)
    return lost / max(1, len(pair.projections))


def _worst_last(pair: Pair) -> tuple[float, float]:
    score = min((segment.score or 0.0 for segment in pair.segments), default=0.0)
    return _share_lost(pair), -score


def _lossy(out: Location, manifest: dict[str, Any]) -> Iterator[Pair]:
    """Yield pairs with a lost span for which the method still knows one or more words."""
    for counts in manifest["languages"].values():
        if any(entry["status"] != "projected" for entry in counts["spans"]):
            for shard in counts["shards"]:
                pairs = read_pairs(out / shard["file"])
                yield from (pair for pair in pairs if _lost(pair, _mask_above(manifest)))


def _mask_above(manifest: dict[str, Any]) -> float:
    """Return the threshold of the recipe; older corpora have neither threshold nor masses."""
    return float(manifest["recipe"].get("mask_above", 1.0))


def _lost(pair: Pair, mask_above: float) -> dict[str, set[int]]:
    """Return, by field, the words outside all spans that lost spans may have become."""
    lost = {}
    for words in pair.a.words:
        spans = [span for span in given_spans(pair.a) if span.field == words.field]
        tags = flatten(words.ranges, spans).tags
        unknown = unknown_words(pair, words.field, mask_above)
        lost[words.field] = {word for word in unknown if tags[word] == "O"}
    return {field: words for field, words in lost.items() if words}


def _picture(pair: Pair, labels: Sequence[str], mask_above: float | None = None) -> Group:
    """Return both sides of a pair, with the words of lost spans if a threshold is given."""
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    lost = _lost(pair, mask_above) if mask_above is not None else {}
    table.add_row(cell(pair.b.lang), highlighted(pair.b, labels))
    table.add_row(cell(pair.a.lang), highlighted(pair.a, labels, lost))
    label = pair.b.label if pair.b.label is not None else pair.b.value
    if label is not None:
        table.add_row("→", cell(label))
    return Group(table, "")


def _account(manifest: dict[str, Any], account: Account) -> str:
    if account.idle:
        return "Nothing to do: every shard exists already."
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in account.seconds.items())
    speed = f"{account.texts_per_second:.0f} sentences/s translated, " if account.texts else ""
    return (f"{account.texts} texts translated, {account.hits} segments from memory, "
            f"{account.shards} shards written; {speed}{account.elapsed:.1f} s ({stages})")
