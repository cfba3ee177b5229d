"""Progress bars and tables that a flow shows in Prefect."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import httpx
from prefect.artifacts import (
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.logging import get_run_logger

_STEP = 5.0


class ProgressBar:
    """A progress bar that moves in few steps, because each step is a request to the server.

    The work continues if the server cannot be reached for a while.

    Args:
        total: number of units of work.
        key: name of the artifact: lower-case letters, digits and dashes.
        description: of the units.
    """

    def __init__(self, total: int, key: str, description: str) -> None:
        self.total = total
        self.done = 0
        self._key = key
        self._description = description
        self._shown = 0.0
        self._artifact: UUID | None = None
        self._show()

    def step(self) -> None:
        """Count one unit of work."""
        self.reach(self.done + 1)

    def reach(self, done: int) -> None:
        """Set the number of units that are done."""
        self.done = done
        percent = 100.0 * done / self.total
        if percent - self._shown >= _STEP or done >= self.total:
            self._shown = percent
            self._show()

    def _show(self) -> None:
        try:
            if self._artifact is None:
                artifact = create_progress_artifact(
                    self._shown, key=self._key, description=self._description
                )
                self._artifact = cast(UUID, artifact)
            else:
                update_progress_artifact(self._artifact, self._shown)
        except httpx.HTTPError as error:
            get_run_logger().warning("progress cannot be shown: %s", error)


def show_counts(manifest: dict[str, Any]) -> None:
    """Show a table with the counts of every language."""
    create_table_artifact(
        table=[_counts(lang, counts) for lang, counts in manifest["languages"].items()],
        key="corpus-counts",
        description=f"Corpus {manifest['recipe']['name']}",
    )


def show_rejects(manifest: dict[str, Any]) -> None:
    """Show a table with the first rejects of every language; none without rejects."""
    table = [_reject(lang, reject) for lang, counts in manifest["languages"].items()
             for reject in counts.get("first_rejects", ())]
    if table:
        create_table_artifact(table=table, key="corpus-rejects",
                              description=f"First rejects of {manifest['recipe']['name']}")


def _reject(lang: str, reject: dict[str, Any]) -> dict[str, Any]:
    return {"language": lang, **reject, "reasons": "; ".join(reject["reasons"])}


def _counts(lang: str, counts: dict[str, Any]) -> dict[str, Any]:
    spans = dict.fromkeys(("projected", "abstained", "rejected"), 0)
    for entry in counts["spans"]:
        spans[entry["status"]] += entry["count"]
    return {
        "language": lang,
        "rows in": counts["rows_in"],
        "rows out": counts["rows"],
        "rejected": counts["rejected"],
        "shards": len(counts["shards"]),
        **{f"spans {status}": count for status, count in spans.items()},
    }


def show_figures(name: str, scores: dict[str, Any]) -> None:
    """Show a table with the figures of a model for every gold file and language.

    Args:
        name: of the fine-tuning recipe.
        scores: figures by gold file, as in ``results.json``.
    """
    create_table_artifact(
        table=[row for gold, score in scores.items() for row in _figures(gold, score)],
        key="finetune-figures",
        description=f"Figures of {name}",
    )


def _figures(gold: str, score: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "gold file": gold,
            "language": lang,
            "examples": score["examples"][lang],
            **{metric: figure["value"] for metric, figure in figures.items()},
        }
        for lang, figures in score["languages"].items()
    ]
