"""What a build says at its end, and what ``inspect`` says about a corpus: one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rich.console import Console, Group
from rich.table import Table

from crosslabel.cli.highlight import highlighted
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
class _Said:
    """What headings say of a corpus that labels spans or words."""

    title: str
    pictures: str
    lossy: str


_OF_TEXTS = _Said("", "The surest translations of a few shards with their labels", "")
_OF_SPANS = _Said(
    "spans", "The surest translations of a few shards, their spans in brackets",
    "A pair with a lost span; words that it may have become in braces",
)
_OF_WORDS = _Said(
    "words", "Of a few shards the translations with the fewest lost words, all with their labels",
    "A pair with lost words; words that they may have become in braces",
)


_SAID: dict[Task, _Said] = {"text": _OF_TEXTS, "spans": _OF_SPANS, "words": _OF_WORDS}


def print_build(plan: Plan, manifest: dict[str, Any], account: Account) -> None:
    """Counts, time per stage, and a few pairs with their spans highlighted."""
    console = Console()
    print_corpus(plan.out, manifest, console)
    console.print(_account(manifest, account))
    for warning in (*plan.warnings, *account.warnings):
        console.print(f"[yellow]{cell(warning)}[/]")
    console.print(f"Open it: [bold]datasets.load_from_disk({cell(repr(str(plan.out)))})[/]")


def print_corpus(out: Location, manifest: dict[str, Any], console: Console) -> None:
    """Counts of a corpus and a few pairs."""
    languages = manifest["languages"]
    console.print(_rows_table(manifest["recipe"]["name"], languages))
    said = _SAID[manifest.get("task", "spans")]
    if any(counts.get("classes") for counts in languages.values()):
        console.print(_classes_table(languages))
    if manifest.get("task") != "text":
        console.print(_spans_table(manifest["labels"], languages, said.title))
    console.print(f"{said.pictures}:\n")
    for pair in islice(_pictured(out, manifest), _PICTURES):
        console.print(_picture(pair, manifest["labels"]))
    for pair in islice(_lossy(out, manifest), 1):
        console.print(f"{said.lossy}:\n")
        console.print(_picture(pair, manifest["labels"], _mask_above(manifest)))


def _rows_table(name: str, languages: dict[str, Any]) -> Table:
    table = Table(title=f"{cell(name)}: rows", title_justify="left")
    for column in ("language", "in", "out", "rejected", "sentences", "shards", "why rejected"):
        table.add_column(column, justify="left" if column in ("language", "why rejected")
                         else "right")
    for lang, counts in languages.items():
        reasons = ", ".join(f"{why} {n}" for why, n in counts["reject_reasons"].items())
        numbers = (counts[k] for k in ("rows_in", "rows", "rejected", "segments"))
        table.add_row(cell(lang), *map(str, numbers), str(len(counts["shards"])),
                      cell(reasons) or "–")
        if counts["repaired_tags"]:
            table.caption = f"{counts['repaired_tags']} tags of the corpus were mended on reading"
    return table


def _classes_table(languages: dict[str, Any]) -> Table:
    table = Table(title="labels of texts", title_justify="left")
    table.add_column("label")
    for lang in languages:
        table.add_column(cell(lang), justify="right")
    found = [counts.get("classes", {}) for counts in languages.values()]
    for label in sorted({label for own in found for label in own}):
        table.add_row(cell(label), *(str(own.get(label, 0)) for own in found))
    return table


def _spans_table(labels: Sequence[str], languages: dict[str, Any], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("language")
    table.add_column("label")
    for column in ("given", "projected", "abstained", "rejected"):
        table.add_column(column, justify="right")
    table.add_column("why not projected")
    for lang, counts in languages.items():
        for label in labels:
            own = [entry for entry in counts["spans"] if entry["label"] == label]
            if own:
                table.add_row(cell(lang), cell(label), *_span_counts(own))
        table.add_section()
    return table


def _span_counts(entries: Sequence[dict[str, Any]]) -> list[str]:
    by_status = {
        status: sum(e["count"] for e in entries if e["status"] == status)
        for status in ("projected", "abstained", "rejected")
    }
    reasons = ", ".join(f"{e['reason']} {e['count']}" for e in entries if e["reason"])
    return [str(sum(by_status.values())), *map(str, by_status.values()), cell(reasons) or "–"]


def _pictured(out: Location, manifest: dict[str, Any]) -> Iterator[Pair]:
    """From shard after shard, languages in turn, the pair the translation model is surest of among
    those with several spans and none lost; of labelled words, among those that lost the fewest; of
    labelled texts, among all."""
    shards = [counts["shards"] for counts in manifest["languages"].values()]
    for position in range(max(map(len, shards), default=0)):
        for own in shards:
            if position < len(own):
                pairs = read_pairs(out / own[position]["file"])
                yield from sorted(filter(_showable, pairs), key=_worst_last)[:1]


def _showable(pair: Pair) -> bool:
    if pair.a.task == "text":
        return True
    several = len(pair.projections) > 1
    return several and (pair.a.task == "words" or not _share_lost(pair))


def _share_lost(pair: Pair) -> float:
    lost = sum(p.status != "projected" for p in pair.projections)
    return lost / max(1, len(pair.projections))


def _worst_last(pair: Pair) -> tuple[float, float]:
    score = min((segment.score or 0.0 for segment in pair.segments), default=0.0)
    return _share_lost(pair), -score


def _lossy(out: Location, manifest: dict[str, Any]) -> Iterator[Pair]:
    """Pairs with a lost span, some words of which the method still knows."""
    for counts in manifest["languages"].values():
        if any(entry["status"] != "projected" for entry in counts["spans"]):
            for shard in counts["shards"]:
                pairs = read_pairs(out / shard["file"])
                yield from (pair for pair in pairs if _lost(pair, _mask_above(manifest)))


def _mask_above(manifest: dict[str, Any]) -> float:
    """The recipe's threshold; older corpora have none, and no masses to compare with it."""
    return float(manifest["recipe"].get("mask_above", 1.0))


def _lost(pair: Pair, mask_above: float) -> dict[str, set[int]]:
    """By field the words outside all spans that lost ones may have become."""
    found = {}
    for words in pair.a.words:
        own = [span for span in given_spans(pair.a) if span.field == words.field]
        tags = flatten(words.ranges, own).tags
        unknown = unknown_words(pair, words.field, mask_above)
        found[words.field] = {word for word in unknown if tags[word] == "O"}
    return {field: words for field, words in found.items() if words}


def _picture(pair: Pair, labels: Sequence[str], mask_above: float | None = None) -> Group:
    """Both sides of a pair, with the words of lost spans if a threshold is given."""
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    lost = _lost(pair, mask_above) if mask_above is not None else {}
    table.add_row(cell(pair.b.lang), highlighted(pair.b, labels))
    table.add_row(cell(pair.a.lang), highlighted(pair.a, labels, lost))
    said = pair.b.label if pair.b.label is not None else pair.b.value
    if said is not None:
        table.add_row("→", cell(said))
    return Group(table, "")


def _account(manifest: dict[str, Any], account: Account) -> str:
    if account.idle:
        return "Nothing to do: every shard was there already."
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in account.seconds.items())
    speed = f"{account.texts_per_second:.0f} sentences/s translated, " if account.texts else ""
    return (f"{account.texts} texts translated, {account.hits} segments from memory, "
            f"{account.shards} shards written; {speed}{account.elapsed:.1f} s ({stages})")
