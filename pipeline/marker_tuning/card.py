"""The card of a model that was tuned to keep markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosslabel.pipeline.marker_tuning.measuring import Measured
from crosslabel.projection.markers import CONVENTIONS

if TYPE_CHECKING:
    from crosslabel.pipeline.marker_tuning.tuning import Tuned, Tuning

_CARD = """---
license: {licence}
---
# {name}

`{source}`{revision}, tuned to keep markers around spans: `{opening} … {closing}` ({convention}).
The vocabulary is as it was; markers are ordinary text.

Learned from {bitexts}: {steps:,} steps of AdamW, highest learning rate {rate:g}, {plain:.0%} of the
examples without markers, seed {seed}. Marked were phrases whose word links are consistent. Made by
`crosslabel models tune-markers`.

## Quality

{quality}

Tag survival: share of the texts with that many tags whose translation has every marker exactly
once and in order, and no other. Exact: share of the spans whose translation equals the reference's.
All on pairs that were not learned from.

{survival}
"""
_NO_QUALITY = "BLEU and chrF were not measured: sacrebleu is not installed."


def card(tuned: Tuned, tuning: Tuning) -> str:
    """Return the card as Markdown."""
    manifest = tuned.manifest
    opening, closing = CONVENTIONS[tuning.markers].pair(0)
    return _CARD.format(
        licence=manifest.licence, name=manifest.name, source=manifest.source,
        revision=f" at {manifest.revision}" if manifest.revision else "",
        opening=opening, closing=closing, convention=tuning.markers,
        bitexts=", ".join(f"{bitext.path.name} ({bitext.source_lang}-{bitext.target_lang})"
                          for bitext in tuning.bitexts),
        steps=tuned.steps, rate=tuning.learning_rate, plain=tuning.plain, seed=tuning.seed,
        quality=quality_table(tuned.before, tuned.after),
        survival=survival_table(tuned.before, tuned.after),
    )  # fmt: skip


def quality_table(before: list[Measured], after: list[Measured]) -> str:
    """Return BLEU and chrF of plain text before and after, or a line that says why not."""
    rows = [
        f"| {new.source_lang}-{new.target_lang} | {old.quality.bleu:.1f} / {old.quality.chrf:.1f} "
        f"| {new.quality.bleu:.1f} / {new.quality.chrf:.1f} |"
        for old, new in zip(before, after, strict=True) if old.quality and new.quality
    ]  # fmt: skip
    if not rows:
        return _NO_QUALITY
    return "\n".join(["| BLEU / chrF of plain text | before | after |", "|---|--:|--:|", *rows])


def survival_table(before: list[Measured], after: list[Measured]) -> str:
    """Return tag survival before and after, by direction and number of tags."""
    head = "| direction | tags | texts | survival before | after | exact before | after |"
    rows = [
        f"| {new.source_lang}-{new.target_lang} | {count} | {survival.sentences} "
        f"| {old.survival[count].survived:.1%} | {survival.survived:.1%} "
        f"| {old.survival[count].exact:.1%} | {survival.exact:.1%} |"
        for old, new in zip(before, after, strict=True)
        for count, survival in new.survival.items()
    ]  # fmt: skip
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|--:|", *rows])
