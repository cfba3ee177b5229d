"""The content of a shard: pairs and rejects are collected and counted, then written.

The marker is written last; without its marker a shard does not exist.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.first_rejects import Shown, first, shown
from crosslabel.pipeline.corpus.records import Reject, Task, shortened
from crosslabel.pipeline.corpus.ruined_rows import shown as shown_ruined
from crosslabel.pipeline.corpus.shards import Marker
from crosslabel.pipeline.readers.inputs.several_files import SPLIT
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.stages.shard_pairs import pair, shard_row
from crosslabel.pipeline.stages.shard_ruined import sentence_of
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.pipeline.storage.files import WrittenFile, committed, write_json
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.interface import Projection


class ShardContent:
    """Collects and counts the rows of a shard; nothing is on disk before :meth:`commit`.

    Args:
        labels: labels of the corpus, in the order of their tags.
        task: of the corpus.
        splits: whose rows are counted.
    """

    def __init__(self, labels: Sequence[str], task: Task, splits: Sequence[str] = ()) -> None:
        self._labels = labels
        self._task = task
        self._rows: list[dict[str, Any]] = []
        self._rejects: list[Reject] = []
        self._spans: Counter[tuple[str, str, str]] = Counter()
        self._classes: Counter[str] = Counter()
        self._splits = Counter(dict.fromkeys(splits, 0))
        self._methods: set[str] = set()
        self._calibrators: set[str] = set()
        self._segments = 0
        self._repaired = 0
        self._ruined: list[Shown] = []
        self._ruined_segments = 0
        self._unlabelled = 0
        self._with_markers: Marker = {}

    def keep(self, row: Parallel, projections: Sequence[Projection], recipe: Recipe) -> None:
        """Add a pair."""
        made = pair(recipe.name, row, projections)
        self._rows.append(shard_row(made, row, self._labels, recipe))
        self._spans.update((p.label, p.status, p.reason or "") for p in projections)
        self._classes.update([made.b.label] if made.b.label is not None else [])
        self._unlabelled += made.b.task == "text" and made.b.label is None and made.b.value is None
        split = (row.a_meta or row.given.meta).get(SPLIT)
        self._splits.update([split] if isinstance(split, str) and split in self._splits else [])
        self._methods.update(p.method for p in projections)
        self._calibrators.update(p.calibrator for p in projections if p.calibrator)
        self._segments += len(made.segments)
        repaired = row.given.meta.get("repaired_tags")
        self._repaired += repaired if isinstance(repaired, int) else 0
        if row.ruined:
            self._note_ruined(row)

    def _note_ruined(self, row: Parallel) -> None:
        number, why = next(iter(row.ruined.items()))
        self._ruined.append(shown_ruined(*row.place, row.given.id, why,
                                         shortened(sentence_of(row, number))))
        self._ruined_segments += len(row.ruined)

    def reject(self, reject: Reject) -> None:
        """Add a row that gave no pair."""
        self._rejects.append(reject)

    def note_markers(self, segments: Mapping[str, int], faults: Mapping[str, int]) -> None:
        """Note the outcomes of translations with markers by segment, and the faults by span."""
        self._with_markers = {"with_markers": dict(sorted(segments.items())),
                              "marker_faults": dict(sorted(faults.items()))}

    def commit(self, folder: Location, name: str, computed: Marker) -> Marker:
        """Write the shard's files into ``folder`` and, last, its marker; return the marker.

        Args:
            computed: how the models computed, for the marker.
        """
        arrow, rejects = folder / f"{name}.arrow", folder / f"{name}.rejects.jsonl"
        written = {arrow.name: self._write_arrow(arrow)}
        with committed(rejects) as out:
            for reject in self._rejects:
                out.write(json.dumps(asdict(reject), ensure_ascii=False).encode() + b"\n")
        written[rejects.name] = out
        reasons = Counter(reason.split(":")[0] for r in self._rejects for reason in r.reasons)
        marker = {
            "rows_in": len(self._rows) + len(self._rejects),
            "rows": len(self._rows),
            "rejected": len(self._rejects),
            "reject_reasons": dict(reasons),
            "first_rejects": first(map(shown, self._rejects)),
            "segments": self._segments,
            "repaired_tags": self._repaired,
            "spans": [[*kind, count] for kind, count in sorted(self._spans.items())],
            **({"classes": dict(sorted(self._classes.items()))} if self._classes else {}),
            **({"unlabelled": self._unlabelled} if self._unlabelled else {}),
            **({"splits": splits} if (splits := +self._splits) else {}),
            **self._with_ruined(),
            "methods": sorted(self._methods),
            "calibrators": sorted(self._calibrators),
            **self._with_markers,
            **computed,
            "bytes": {name: file.bytes for name, file in written.items()},
            "sha256": {name: file.sha256 for name, file in written.items()},
        }
        write_json(folder / f"{name}.json", marker)
        return marker

    def _with_ruined(self) -> Marker:
        """Return the counts of ruined translations and the first of them; nothing without any."""
        if not self._ruined:
            return {}
        return {"ruined": {"rows": len(self._ruined), "segments": self._ruined_segments},
                "first_ruined": first(self._ruined)}

    def _write_arrow(self, file: Location) -> WrittenFile:
        """Write the pairs."""
        import pyarrow as pa

        table = arrow.table(self._rows, self._labels, self._task)
        with committed(file) as out, pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
        return out

