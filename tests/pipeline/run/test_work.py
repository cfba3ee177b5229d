"""Several processes build one corpus: the same bytes, nothing twice, whoever is killed."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.stages.units import units
from crosslabel.projection.errors import CrosslabelError
from tests import warm
from tests.pipeline.corpus_builds import LIMIT, results, small_recipe, start


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("reference") / "out"
    build(small_recipe(), out, limit=LIMIT)
    return results(out)


def worker(out: Path) -> warm.Warm:
    return warm.start("tests.pipeline.worker", out)


def told(process: warm.Warm) -> dict[str, Any]:
    """What a worker says at its end."""
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    said: dict[str, Any] = json.loads(output.splitlines()[-1])
    return said


def test_two_workers_do_every_unit_once_and_load_each_model_once(
    reference: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    workers = [worker(out), worker(out)]
    said = [told(process) for process in workers]
    done = [unit for own in said for unit in own["done"]]
    needed = [str(unit) for unit in units(plan(small_recipe(), out, LIMIT))]
    assert len(needed) > 15
    assert sorted(done) == sorted(needed)
    assert all(load <= 1 for own in said for load in own["loads"])
    assert results(out) == reference
    assert len(list(out.glob(".work/accounts/*.json"))) == 2


def test_a_killed_worker_leaves_its_units_to_the_others(
    reference: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    killed, other = worker(out), worker(out)
    assert killed.stdout
    killed.stdout.readline()  # it works on a unit
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert told(other)["done"]
    assert results(out) == reference


def test_a_build_and_workers_do_not_mix(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = worker(out)
    assert first.stdout
    first.stdout.readline()
    with pytest.raises(CrosslabelError, match="another run is working in it"):
        build(small_recipe(), out, limit=LIMIT)
    first.kill()
    first.communicate()
    building = start(out)
    while not (out / ".work" / "run.lock").read_text():
        assert building.poll() is None
    late = worker(out)
    _, errors = late.communicate(timeout=120)
    assert late.returncode and f"another run (process {building.pid} on " in errors
    building.kill()
    building.communicate()
