"""The services of docker-compose.yml as processes: runs that complete, are refused, cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.stages.units import is_done, units
from crosslabel.pipeline.storage.shipped import RECIPES
from crosslabel.pipeline.work import work
from tests.flows.topology import ROOT, Topology, topology
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe

pytestmark = pytest.mark.timeout(900)  # longer than what is waited for

BUILD = "build-corpus/build-corpus"
WORK = "work-on-corpus/work-on-corpus"
ON_CLUSTER = "build-corpus-on-cluster/build-corpus-on-cluster"
LONGER = 2 * LIMIT
"""Rows of a run that is not over before it can be cancelled."""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    with topology(tmp_path_factory.mktemp("topology")) as made:
        made.deploy()
        yield made


def _whole_recipe() -> dict[str, Any]:
    """demo-ner as an object, its paths written out."""
    recipe: dict[str, Any] = yaml.safe_load((RECIPES / "demo-ner.yaml").read_text())
    recipe["source"]["path"] = str((RECIPES / recipe["source"]["path"]).resolve())
    return recipe


def test_run_of_a_whole_recipe_gives_the_same_bytes_as_the_command(
    deployed: Topology, reference: dict[str, bytes]
) -> None:
    parameters = {"recipe": _whole_recipe(), "overrides": list(SMALL), "limit": LIMIT}
    said = deployed.command("deployment", "run", BUILD, "--params", json.dumps(parameters),
                            "--watch", "--watch-timeout", "300")
    assert "finished successfully" in said, deployed.workers["worker-0"].log.read_text()
    assert results(deployed.folder / "out" / "demo-ner") == reference


@pytest.mark.parametrize(
    ("deployment", "recipe", "field", "reason"),
    [
        (BUILD, {"translation": {"beam": 0}}, "recipe.translation.beam", "less than the minimum"),
        (BUILD, {"engine": {"device": "tpu"}}, "recipe.engine.device", "'cuda'"),
        (BUILD, {"projection": {"method": "best"}}, "recipe.projection.method", "'cascade'"),
        (BUILD, {"translation": {"beams": 2}}, "recipe.translation", "'beams' was unexpected"),
        ("finetune/finetune", {"training": {"epochs": 0}}, "recipe.training.epochs", "minimum"),
    ],
)
def test_server_refuses_a_run_whose_recipe_is_wrong_and_names_the_field(
    deployed: Topology, deployment: str, recipe: dict[str, Any], field: str, reason: str
) -> None:
    whole = {"build-corpus": {"name": "mine", "source": {"path": "mine.jsonl"}, "targets": ["de"]},
             "finetune": {"name": "mine", "task": "token", "data": [{"path": "mine.jsonl"}]}}
    before = deployed.api("POST", "flow_runs/count", json={}).json()
    answer = deployed.create_run(
        deployment, {"recipe": whole[deployment.partition("/")[0]] | recipe})
    assert answer.status_code == 409
    assert f"'{field}'" in answer.text and reason in answer.text
    assert deployed.api("POST", "flow_runs/count", json={}).json() == before


def test_server_refuses_a_cluster_that_it_does_not_know(deployed: Topology) -> None:
    for cluster, field, reason in [({"kind": "spark"}, "cluster.kind", "'dask'"),
                                   ({"kind": "dask", "size": 9}, "cluster", "'size' was")]:
        answer = deployed.create_run(ON_CLUSTER, {"cluster": cluster})
        assert answer.status_code == 409
        assert f"'{field}'" in answer.text and reason in answer.text


def test_user_interface_gets_the_fields_of_the_recipe(deployed: Topology) -> None:
    for name, model, field in [(BUILD, "TranslationSection", "beam"),
                               ("finetune/finetune-gpu", "Training", "learning_rate")]:
        own = deployed.api("GET", f"deployments/name/{name}").json()
        assert own["enforce_parameter_schema"]
        shown = own["parameter_openapi_schema"]["definitions"][model]["properties"][field]
        assert shown["description"] and shown["type"] in ("integer", "number")


def test_api_wants_the_password(deployed: Topology) -> None:
    import httpx

    assert httpx.get(f"{deployed.url}/admin/settings", timeout=60).status_code == 401


@pytest.mark.slow
def test_deploying_again_changes_nothing(deployed: Topology) -> None:
    def registered() -> tuple[set[str], list[str]]:
        deployments = deployed.api("POST", "deployments/filter", json={}).json()
        automations = deployed.api("POST", "automations/filter", json={}).json()
        return {own["id"] for own in deployments}, sorted(own["name"] for own in automations)

    before = registered()
    deployed.deploy()
    assert registered() == before
    for number, name in enumerate(("prefect.yaml", "automations.yaml")):
        kind = name.partition(".")[0].replace("prefect", "deployments")
        assert len(before[number]) == len(yaml.safe_load((ROOT / name).read_text())[kind])


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run of more rows has to come to."""
    out = tmp_path_factory.mktemp("longer") / "out"
    build(small_recipe(), out, limit=LONGER)
    return results(out)


def test_cancelled_run_ends_with_the_unit_in_hand_and_can_be_continued(
    deployed: Topology, longer: dict[str, bytes]
) -> None:
    out = deployed.folder / "out" / "cancelled"
    deployed.cancel_under_way(
        BUILD, {"overrides": list(SMALL), "limit": LONGER, "out": str(out)})
    assert not (out / "manifest.json").exists()
    build(small_recipe(), out, limit=LONGER)
    assert results(out) == longer


@pytest.mark.slow
def test_cancelled_run_of_a_shared_build_ends_the_units_it_has_taken_and_another_goes_on(
    deployed: Topology, longer: dict[str, bytes]
) -> None:
    out = deployed.folder / "out" / "shared"
    deployed.cancel_under_way(WORK, {"overrides": list(SMALL), "limit": LONGER, "out": str(out)})
    planned = plan(small_recipe(), out, LONGER)
    claims = {claim.stem for claim in out.glob(".work/claims/*.lock")}
    taken = [unit for unit in units(planned)
             if f"{unit.stage}-{unit.lang}-{unit.number}" in claims]
    assert 0 < len(taken) < len(units(planned))
    assert [unit for unit in taken if not is_done(planned, unit)] == []
    work(small_recipe(), out, limit=LONGER)
    assert results(out) == longer
