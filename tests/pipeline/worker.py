"""One worker of the small build as a process: tells which units it did and how often it loaded the
models.

    python -m tests.pipeline.worker OUT
"""

from __future__ import annotations

import json
import sys
from typing import Any

from crosslabel.pipeline.methods import projectors
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit
from crosslabel.pipeline.storage.location import location
from crosslabel.pipeline.translation import translator as translate
from crosslabel.pipeline.work import work
from tests.pipeline.corpus_builds import LIMIT, small_recipe


def main() -> None:
    """Work until the corpus is finished; a line when a unit is begun, one of JSON at the end."""
    done: list[str] = []

    def told(plan: Plan, unit: Unit) -> Ref:
        print(f"begin {unit}", flush=True)
        ref: Any = run_unit(plan, unit)
        if ref.seconds:
            done.append(str(unit))
        return ref

    work(small_recipe(), location(sys.argv[1]), limit=LIMIT, run=told)
    loads = [kept.cache_info().misses for kept in (translate._load, projectors._embedding)]
    print(json.dumps({"done": done, "loads": loads}))


if __name__ == "__main__":
    main()
