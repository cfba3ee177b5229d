"""What a build shows in Prefect while it runs and at its end."""

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


class Progress:
    """A progress bar that moves in few steps, because each is a request to the server.

    Args:
        total: units of work.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = 0.0
        artifact = create_progress_artifact(
            0.0, key="build-progress", description="Parts translated and shards projected"
        )
        self._artifact = cast(UUID, artifact)

    def step(self) -> None:
        """Count one unit of work; a server that is away for a while does not stop the build."""
        self._done += 1
        percent = 100.0 * self._done / self._total
        if percent - self._shown < _STEP and self._done < self._total:
            return
        self._shown = percent
        try:
            update_progress_artifact(self._artifact, percent)
        except httpx.HTTPError as error:
            get_run_logger().warning("progress not shown: %s", error)


def show_counts(manifest: dict[str, Any]) -> None:
    """A table with the counts of every language."""
    create_table_artifact(
        table=[_counts(lang, own) for lang, own in manifest["languages"].items()],
        key="corpus-counts",
        description=f"Corpus {manifest['recipe']['name']}",
    )


def _counts(lang: str, own: dict[str, Any]) -> dict[str, Any]:
    spans = dict.fromkeys(("projected", "abstained", "rejected"), 0)
    for entry in own["spans"]:
        spans[entry["status"]] += entry["count"]
    return {
        "language": lang,
        "rows in": own["rows_in"],
        "rows out": own["rows"],
        "rejected": own["rejected"],
        "shards": len(own["shards"]),
        **{f"spans {status}": count for status, count in spans.items()},
    }
