"""prefect.yaml and automations.yaml as files: what they name exists and takes what it is given."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from crosslabel.flows.attempts import ATTEMPTS

ROOT = Path(__file__).resolve().parents[2]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())[
    "deployments"]
KINDS = {
    "build-corpus": ("build-corpus", "demo-ner"),
    "translate-test": ("build-corpus", "demo-translate-test"),
    "work-on-corpus": ("work-on-corpus", "demo-ner"),
    "finetune": ("finetune", "demo-filter"),
}
ON_CLUSTER = {"build-corpus-on-cluster": ("build-corpus-on-cluster", "demo-ner")}


def test_every_kind_of_run_is_deployed_for_any_machine_and_for_gpus() -> None:
    names = [own["name"] for own in DEPLOYMENTS]
    assert sorted(names) == sorted([*KINDS, *(f"{kind}-gpu" for kind in KINDS), *ON_CLUSTER])


@pytest.mark.parametrize("own", DEPLOYMENTS, ids=lambda own: own["name"])
def test_deployments_name_flows_that_take_their_parameters(own: dict[str, Any]) -> None:
    module, _, name = own["entrypoint"].rpartition(".")
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)
    kind = own["name"].removesuffix("-gpu")
    assert (flow.name, own["parameters"]["recipe"]) == (KINDS | ON_CLUSTER)[kind]
    given = own["parameters"] | {"out": "s3://corpora/mine"}
    assert flow.validate_parameters(given).keys() >= given.keys()
    assert own["enforce_parameter_schema"] is True
    assert own["work_pool"]["work_queue_name"] == (
        "gpu" if own["name"].endswith("-gpu") else "default")


def test_crashed_runs_begin_again_until_the_flow_itself_gives_up() -> None:
    trigger = yaml.safe_load((ROOT / "automations.yaml").read_text())["automations"][0]["trigger"]
    assert trigger["match"]["prefect.run-count"] == [str(n + 1) for n in range(ATTEMPTS)]


def test_automations_concern_the_runs_of_deployments_alone() -> None:
    written = yaml.safe_load((ROOT / "automations.yaml").read_text())["automations"]
    tags = {tag for own in DEPLOYMENTS for tag in own["tags"]}
    begun: list[str] = []
    for own in map(AutomationCore.model_validate, written):
        assert isinstance(own.trigger, EventTrigger)
        related = own.trigger.match_related
        assert not isinstance(related, list)
        assert related.model_dump() == {"prefect.resource.id": f"prefect.tag.{tags.copy().pop()}"}
        assert own.trigger.for_each == {"prefect.resource.id"}
        assert own.trigger.posture == Posture.Proactive
        begun += own.trigger.after
    assert tags == {"crosslabel"}
    assert begun == ["prefect.flow-run.Crashed", "prefect.flow-run.heartbeat"]
