"""Output of a build at its end, and of ``inspect`` for a corpus: one screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from crosslabel.cli.highlight import highlighted
from crosslabel.cli.tables import FittedTable, print_words
from crosslabel.cli.terminal import cell
from crosslabel.library.samples import Pair, label_of, lost_words, sample_lossy, sample_pairs

if TYPE_CHECKING:
    from crosslabel.library.corpus import Account, Corpus

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


_HEADINGS = {"text": _OF_TEXTS, "spans": _OF_SPANS, "words": _OF_WORDS}


def print_build(corpus: Corpus) -> None:
    """Print counts, rejects, times, and a few pairs with their spans highlighted."""
    console = Console()
    print_corpus(corpus, console)
    if corpus.account is not None:
        _print_account(corpus.account, console)
    console.print(f"Open it: [bold]datasets.load_from_disk({cell(repr(str(corpus.folder)))})[/]",
                  soft_wrap=True)


def print_corpus(corpus: Corpus, console: Console) -> None:
    """Print the counts of a corpus, its first rejects and a few pairs."""
    manifest = corpus.manifest
    languages = manifest["languages"]
    _rows_table(corpus.name, languages).show(console)
    _print_rejects(corpus, console)
    headings = _HEADINGS[corpus.task]
    if any(len(counts.get("splits", ())) > 1 for counts in languages.values()):
        _counts_table("split", "splits", "rows of splits", languages).show(console)
    if any(counts.get("classes") for counts in languages.values()):
        _counts_table("label", "classes", "labels of texts", languages).show(console)
    if any(counts["spans"] for counts in languages.values()):
        _spans_table(corpus.labels, languages, headings.title).show(console)
    pairs = sample_pairs(corpus.folder, manifest, _PICTURES)
    if pairs:
        console.print(f"{headings.pictures}:\n")
    for pair in pairs:
        _print_pair(console, pair, corpus.labels)
    lossy = sample_lossy(corpus.folder, manifest)
    if lossy is not None:
        console.print(f"{headings.lossy}:\n")
        _print_pair(console, lossy, corpus.labels, lost_words(lossy, manifest))


def _print_rejects(corpus: Corpus, console: Console) -> None:
    """Print the first rejects, where all of them are, and the rows with ruined translations."""
    *rejects, place = corpus.reject_lines() or [""]
    for line in rejects:
        print_words(console, line)
    if place:
        console.print(cell(place), soft_wrap=True)
    for line in corpus.ruined_lines():
        print_words(console, line)


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


def _counts_table(heading: str, key: str, title: str, languages: dict[str, Any]) -> FittedTable:
    """Return the counts of a language under a key, side by side."""
    table = FittedTable(heading, *languages, numbers=languages, title=title)
    by_language = [counts.get(key, {}) for counts in languages.values()]
    for name in sorted({name for counts in by_language for name in counts}):
        table.add_row(name, *(counts.get(name, 0) for counts in by_language))
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


def _print_pair(
    console: Console,
    pair: Pair,
    labels: Sequence[str],
    lost: Mapping[str, Collection[int]] | None = None,
) -> None:
    """Print both sides of a pair, and the label of the whole text below them.

    Args:
        lost: by field, the words of side a that lost spans may have become.
    """
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(cell(pair.b.lang), highlighted(pair.b, labels))
    table.add_row(cell(pair.a.lang), highlighted(pair.a, labels, lost))
    console.print(table)
    label = label_of(pair)
    if label is not None:
        console.print(f" →   {cell(label)}", soft_wrap=True)
    console.print()


def _print_account(account: Account, console: Console) -> None:
    if account.idle:
        console.print("Nothing to do: every shard exists already.")
        return
    speed = f"; {account.texts_per_second:.0f} sentences/s translated" if account.texts else ""
    console.print(f"{account.texts} texts translated, {account.hits} segments from memory, "
                  f"{account.shards} shards written{speed}")
    seconds = {stage: round(value, 1) for stage, value in account.processor_seconds.items()}
    stages = ", ".join(f"{stage} {value:.1f} s" for stage, value in seconds.items())
    console.print(f"{account.elapsed:.1f} s on the clock; {sum(seconds.values()):.1f} s of "
                  f"processor time ({stages})")
