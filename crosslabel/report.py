"""What a build says at its end, and what ``inspect`` says about a corpus: one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table

from crosslabel.highlight import highlighted
from pipeline.build import Account
from pipeline.plan import Plan
from pipeline.records import Pair
from pipeline.shards import read_pairs

_PICTURES = 3


def print_build(plan: Plan, manifest: dict[str, Any], account: Account) -> None:
    """Counts, time per stage, and a few pairs with their spans highlighted."""
    console = Console()
    print_corpus(plan.out, manifest, console)
    console.print(_account(manifest, account))
    for warning in plan.warnings:
        console.print(f"[yellow]{escape(warning)}[/]")
    console.print(f"Open it: [bold]datasets.load_from_disk({str(plan.out)!r})[/]")


def print_corpus(out: Path, manifest: dict[str, Any], console: Console) -> None:
    """Counts of a corpus and a few pairs."""
    languages = manifest["languages"]
    console.print(_rows_table(manifest["recipe"]["name"], languages))
    console.print(_spans_table(manifest["labels"], languages))
    console.print("The surest translations of a few shards, their spans in brackets:\n")
    for pair in islice(_pictured(out, manifest), _PICTURES):
        console.print(_picture(pair, manifest["labels"]))


def _rows_table(name: str, languages: dict[str, Any]) -> Table:
    table = Table(title=f"{name}: rows", title_justify="left")
    for column in ("language", "in", "out", "rejected", "sentences", "shards", "why rejected"):
        table.add_column(column, justify="left" if column in ("language", "why rejected")
                         else "right")
    for lang, counts in languages.items():
        reasons = ", ".join(f"{why} {n}" for why, n in counts["reject_reasons"].items())
        table.add_row(lang, *(str(counts[k]) for k in ("rows_in", "rows", "rejected", "segments")),
                      str(len(counts["shards"])), reasons or "–")
        if counts["repaired_tags"]:
            table.caption = f"{counts['repaired_tags']} tags of the corpus were mended on reading"
    return table


def _spans_table(labels: Sequence[str], languages: dict[str, Any]) -> Table:
    table = Table(title="spans", title_justify="left")
    table.add_column("language")
    table.add_column("label")
    for column in ("given", "projected", "abstained", "rejected"):
        table.add_column(column, justify="right")
    table.add_column("why not projected")
    for lang, counts in languages.items():
        for label in labels:
            own = [entry for entry in counts["spans"] if entry["label"] == label]
            if own:
                table.add_row(lang, label, *_span_counts(own))
        table.add_section()
    return table


def _span_counts(entries: Sequence[dict[str, Any]]) -> list[str]:
    by_status = {
        status: sum(e["count"] for e in entries if e["status"] == status)
        for status in ("projected", "abstained", "rejected")
    }
    reasons = ", ".join(f"{e['reason']} {e['count']}" for e in entries if e["reason"])
    return [str(sum(by_status.values())), *map(str, by_status.values()), reasons or "–"]


def _pictured(out: Path, manifest: dict[str, Any]) -> Iterator[Pair]:
    """From shard after shard, languages in turn, the pair the translation model is surest of among
    those with several spans and none lost."""
    shards = [counts["shards"] for counts in manifest["languages"].values()]
    for position in range(max(map(len, shards), default=0)):
        for own in shards:
            if position < len(own):
                pairs = read_pairs(out / own[position]["file"])
                yield from sorted(filter(_complete, pairs), key=_surest)[:1]


def _complete(pair: Pair) -> bool:
    return len(pair.projections) > 1 and all(p.status == "projected" for p in pair.projections)


def _surest(pair: Pair) -> float:
    return -min((segment.score or 0.0 for segment in pair.segments), default=0.0)


def _picture(pair: Pair, labels: Sequence[str]) -> Group:
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for side in (pair.b, pair.a):
        table.add_row(side.lang, highlighted(side, labels))
    return Group(table, "")


def _account(manifest: dict[str, Any], account: Account) -> str:
    if account.idle:
        return "Nothing to do: every shard was there already."
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in account.seconds.items())
    total = sum(account.seconds.values())
    seconds = account.seconds.get("translate", 0.0)
    speed = f"{account.texts / seconds:.0f} sentences/s translated, " if account.texts else ""
    return (f"{account.texts} texts translated, {account.hits} segments from memory, "
            f"{account.shards} shards written; {speed}{total:.1f} s ({stages})")
