"""A plan goes to other processes, and a name may stand for another folder there."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.units import run_unit, units
from tests import warm
from tests.pipeline.corpus_builds import small_recipe
from tests.tiny_encoder import NAME, tiny_encoder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with an encoder in its folder ``model``."""
    folder = tmp_path / "here"
    shutil.copytree(tiny_encoder(), folder / "model")
    monkeypatch.chdir(folder)
    return folder


def _planned(out: Path) -> Plan:
    return plan(small_recipe("targets=[de]", "projection.method=softmax",
                             "projection.model=model"), out, 4)


def _elsewhere(planned: Plan, folder: Path) -> subprocess.CompletedProcess[str]:
    """Do all units of a plan in another process, which works in another folder."""
    file = folder.parent / "plan.pickle"
    file.write_bytes(pickle.dumps((planned, list(units(planned)))))
    return warm.run("tests.pipeline.units_of_plan", file, cwd=folder)


def test_a_process_with_the_same_models_does_the_units(here: Path, tmp_path: Path) -> None:
    there = shutil.copytree(here, tmp_path / "there")
    planned = _planned(tmp_path / "out")
    done = _elsewhere(planned, there)
    assert done.returncode == 0, done.stderr
    assert "ShardRef" in done.stdout
    assert len(list((tmp_path / "out" / "de").glob("shard-*.arrow"))) == 1


def test_another_folder_of_the_same_name_is_refused_before_anything_is_committed(
    here: Path, tmp_path: Path
) -> None:
    there = shutil.copytree(here, tmp_path / "there")
    manifest = json.loads((there / "model" / "model.json").read_text())
    (there / "model" / "model.json").write_text(json.dumps(manifest | {"layer": 1}))
    planned = _planned(tmp_path / "out")
    before = sorted(tmp_path.glob("out/**/*"))
    done = _elsewhere(planned, there)
    assert done.returncode == 1
    assert f": the encoder {NAME} there is not the one" in done.stderr
    assert sorted(tmp_path.glob("out/**/*")) == before


def test_a_process_that_lacks_the_model_says_so(here: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    done = _elsewhere(_planned(tmp_path / "out"), tmp_path / "there")
    assert done.returncode == 1 and "InputError: model: no such model" in done.stderr


def test_every_model_is_compared(here: Path, tmp_path: Path) -> None:
    planned = plan(small_recipe("targets=[de]"), tmp_path / "out", 4)
    models = planned.models
    assert models.fingerprints().keys() == {
        "translation model mt-en-de-es", f"encoder {NAME}", "calibrator"}
    [unit, *_] = units(planned)
    for changed in (
        replace(models, translator=replace(models.translator, fingerprint="x")),
        replace(models, method=replace(models.method, encoder=replace(models.method.encoder,
                                                                      fingerprint="x"))),
        replace(models, calibrator="x"),
    ):
        foreign = replace(planned, models=replace(changed, process="another"))
        with pytest.raises(Exception, match="not the one that the build was planned with"):
            run_unit(foreign, unit)
    assert not list(tmp_path.glob("out/.work/translations/*/*.arrow"))
