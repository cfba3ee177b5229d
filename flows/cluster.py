"""The parts of a build on a cluster that Dask and Ray share.

The process of the flow plans, holds the output folder and finishes the build; the cluster does the
units of work, each as soon as its inputs are done. All machines need the same output folder, the
same version of crosslabel and the same files of every model of the recipe, and read relative paths
of the recipe from the folder that their worker was started in.
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
"""Units of a stage that are submitted per thread of a cluster: one runs while another waits."""

WORKERS = 2


class Cluster(BaseModel):
    """A cluster that does the units of a build: an existing one, or one started for the run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["dask", "ray"] = Field(description="Needs the extra of this name.")
    address: str | None = Field(
        None, min_length=1, description="Address of Dask's scheduler or Ray's head, such as "
        "tcp://scheduler:8786; 'auto' is the Ray cluster of this machine. Without an address a "
        "cluster is started on this machine and ended with the run."
    )
    workers: int | None = Field(
        None, ge=1, description="Processes (Dask) or cores (Ray) of a cluster that is started for "
        f"the run; {WORKERS} by default."
    )
    gpus: bool = Field(
        False, description="Whether each unit that runs a model gets a GPU. Dask's workers offer "
        "a GPU with 'dask worker --resources GPU=1'."
    )
    at_once: int | None = Field(
        None, ge=1, description="Units of a stage that are submitted at once; by default two for "
        "each thread (Dask) or core (Ray) that the cluster has at the start of the run."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.address and self.workers:
            raise ValueError("an existing cluster has workers already; leave out workers or "
                             "address")
        if self.gpus and self.kind == "dask" and not self.address:
            raise ValueError("gpus needs an existing cluster whose workers offer GPUs; give its "
                             "address")
        return self


def cluster_of(**options: Any) -> Cluster:
    """Return the cluster that options describe.

    Raises:
        InputError: the options contradict each other.
    """
    try:
        return Cluster(**options)
    except ValidationError as error:
        raise InputError(str(first_problem(error))) from None


def require(cluster: Literal["dask", "ray"]) -> None:
    """Check that the libraries for a cluster are installed.

    Raises:
        InputError: the libraries are not installed.
    """
    try:
        import_module(f"prefect_{cluster}")
    except ModuleNotFoundError:
        raise InputError(f"clusters need prefect-{cluster}, which is not installed; "
                         f"pip install 'crosslabel[{cluster}]'") from None


def needs_gpu(plan: Plan, unit: Unit) -> bool:
    """Return whether a unit runs a model that can use a GPU."""
    if plan.recipe.engine.device == "cpu" or unit.stage == "train":
        return False
    if unit.stage != "project":
        return True
    models = plan.models.method.encoder, plan.models.method.translation, plan.models.back
    return any(model is not None for model in models)


def sendable(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a task without Prefect's quotes, which pickling does not preserve.
    """
    return {name: value.unwrap() if isinstance(value, quote) else value
            for name, value in parameters.items()}


def folder_for_all(recipe: str | Recipe, overrides: list[str] | None, out: str | None) -> str:
    """Return the output folder by a name that is independent of a process's working directory.

    Raises:
        InputError: the recipe does not exist, or has a wrong key or value.
    """
    place = location(out or Path("out") / recipe_given(Recipe, recipe, overrides).name)
    return str(place.absolute() if is_local(place) else place)


@contextmanager
def server_for_all(*, elsewhere: bool) -> Iterator[None]:
    """Let tasks in other processes use the Prefect server of this process during the block.

    Args:
        elsewhere: whether the other processes may be on other machines.

    Raises:
        InputError: this process started a server for itself, which other machines cannot reach.
    """
    with get_client(sync_client=True) as client:
        temporary = client.server_type == ServerType.EPHEMERAL
        url = str(client.api_url)
    if temporary and elsewhere:
        raise InputError("a cluster needs a Prefect server that its machines can reach; start one "
                         "with 'prefect server start' and set PREFECT_API_URL")
    with temporary_settings({PREFECT_API_URL: url}):
        yield
