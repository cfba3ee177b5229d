"""A build on a cluster: what is the same whatever runs there.

The process of the flow plans, holds the output folder and finishes; the cluster does the units of
work, each as soon as what it waits for is done. All machines see the same output folder, have
crosslabel in the same version, and read relative paths of the recipe from the folder that their
worker was started in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Self

from prefect.client.base import ServerType
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.utilities.annotations import quote
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crosslabel.flows.parameters import recipe_given
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.stages.units import Unit
from crosslabel.pipeline.storage.location import is_local, location
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError

UNITS_PER_THREAD = 2
"""Units of a stage under way for each thread of a cluster: while it does one, another waits."""

WORKERS = 2


class Cluster(BaseModel):
    """What does the units of a build: a cluster that stands, or one started for the run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["dask", "ray"] = Field(description="Needs the extra of this name.")
    address: str | None = Field(
        None, min_length=1, description="Of Dask's scheduler or Ray's head, such as "
        "tcp://scheduler:8786; 'auto' is the Ray that this machine belongs to. Without it a "
        "cluster is started on this machine and ended with the run."
    )
    workers: int | None = Field(
        None, ge=1, description=f"Processes (Dask) or cores (Ray) of the latter; {WORKERS} by "
        "default."
    )
    gpus: bool = Field(
        False, description="Whether units that a model does have a GPU each. Dask's workers offer "
        "theirs by 'dask worker --resources GPU=1'."
    )
    at_once: int | None = Field(
        None, ge=1, description="Units of a stage that may be under way at once; by default two "
        "for each thread (Dask) or core (Ray) that the cluster has at the beginning."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.address and self.workers:
            raise ValueError("a cluster that stands has its own workers; leave out workers or "
                             "address")
        if self.gpus and self.kind == "dask" and not self.address:
            raise ValueError("gpus is for a cluster whose workers offer GPUs; give its address")
        return self


def cluster_of(**options: Any) -> Cluster:
    """A cluster as options describe it.

    Raises:
        InputError: they contradict each other.
    """
    try:
        return Cluster(**options)
    except ValidationError as error:
        raise InputError(str(first_problem(error))) from None


def require(cluster: Literal["dask", "ray"]) -> None:
    """See to it that the libraries of a cluster are there.

    Raises:
        InputError: they are not installed.
    """
    try:
        import_module(f"prefect_{cluster}")
    except ModuleNotFoundError:
        raise InputError(f"clusters need prefect-{cluster}, which is not installed; "
                         f"pip install 'crosslabel[{cluster}]'") from None


def needs_gpu(plan: Plan, unit: Unit) -> bool:
    """Whether a model does the unit, on a GPU where there is one."""
    if plan.recipe.engine.device == "cpu" or unit.stage == "train":
        return False
    if unit.stage != "project":
        return True
    asked = plan.models.method.encoder, plan.models.method.translation, plan.models.back
    return any(model is not None for model in asked)


def sendable(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a task for another process: Prefect's quotes do not come out of a pickle as
    they were."""
    return {name: value.unwrap() if isinstance(value, quote) else value
            for name, value in parameters.items()}


def folder_for_all(recipe: str | Recipe, overrides: list[str] | None, out: str | None) -> str:
    """The output folder under a name that does not depend on where a process was started.

    Raises:
        InputError: no such recipe, or a wrong key or value.
    """
    place = location(out or Path("out") / recipe_given(Recipe, recipe, overrides).name)
    return str(place.absolute() if is_local(place) else place)


@contextmanager
def server_for_all(*, elsewhere: bool) -> Iterator[None]:
    """Let tasks of other processes find the Prefect server of this one during the block.

    Args:
        elsewhere: whether these may be on other machines.

    Raises:
        InputError: this process started a server for itself, which other machines cannot reach.
    """
    with get_client(sync_client=True) as client:
        own = client.server_type == ServerType.EPHEMERAL
        url = str(client.api_url)
    if own and elsewhere:
        raise InputError("a cluster needs a Prefect server that its machines can reach; start one "
                         "with 'prefect server start' and set PREFECT_API_URL")
    with temporary_settings({PREFECT_API_URL: url}):
        yield
