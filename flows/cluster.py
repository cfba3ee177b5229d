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
from typing import Any, Literal

from prefect.client.base import ServerType
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.utilities.annotations import quote

from flows.parameters import recipe_given
from pipeline.methods import needs_translation_model
from pipeline.plan import Plan
from pipeline.recipe import Recipe
from pipeline.storage.location import is_local, location
from pipeline.units import Unit
from projection.errors import InputError

UNITS_PER_THREAD = 2
"""Units of a stage under way for each thread of a cluster: while it does one, another waits."""


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
    translates = plan.projects and needs_translation_model(plan.recipe.projection.method)
    translates_back = plan.checks is not None and plan.checks.back is not None
    return plan.encoder is not None or translates or translates_back


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
