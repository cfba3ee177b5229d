"""Processes that share a build build one thing: another recipe, limit or file is refused."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.agreement import agreed, recipe_facts
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit
from crosslabel.pipeline.storage import leases
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.storage.locks import Locks
from crosslabel.pipeline.work import work
from crosslabel.projection.errors import InputError
from tests.pipeline.corpus_builds import small_recipe

LIMIT = 4
OTHERS: dict[str, tuple[list[str], int, str]] = {
    "recipe": (["translation.beam=2"], LIMIT, "translation.beam is 1 there, 2 here"),
    "rows": ([], LIMIT + 1, f"limit is {LIMIT} there, {LIMIT + 1} here"),
    "file": ([], LIMIT, "the source's files is "),
    "two things": (["targets=[de, es]", "on_lost_span=outside"], LIMIT,
                   'targets is ["de"] there, ["de", "es"] here, on_lost_span is "mask" there'),
}


class _Quick(leases.Leases):
    def __init__(self, folder: Any, *_: object) -> None:
        super().__init__(folder, 0.2, 1.0)


@pytest.fixture(params=["disk", "s3"])
def out(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Location:
    """A folder on the disk or in a store whose leases beat quickly."""
    if request.param == "disk":
        return tmp_path / "out"
    monkeypatch.setattr(leases, "Leases", _Quick)
    stored: Location = request.getfixturevalue("stored")
    return stored


def _recipe(file: Path, *changes: str) -> Recipe:
    return small_recipe(f"source.path={file}", "targets=[de]", "projection.method=statistical",
                        *changes)


def _once(action: Callable[[], None]) -> Callable[[Plan, Unit], Ref]:
    """Does units; something else before the first."""
    first, turn = lru_cache(action), threading.Lock()

    def run(plan: Plan, unit: Unit) -> Ref:
        with turn:
            first()
        return run_unit(plan, unit)

    return run


@pytest.mark.parametrize("what", OTHERS)
def test_another_thing_is_not_built_into_the_same_folder(
    out: Location, tmp_path: Path, what: str
) -> None:
    changes, limit, message = OTHERS[what]
    file = tmp_path / "rows.jsonl"
    shutil.copy(str(small_recipe().source.path), file)

    def other() -> None:
        if what == "file":
            file.write_text(file.read_text("utf-8").replace("the", "The"), "utf-8")
        with pytest.raises(InputError) as refused:
            work(_recipe(file, *changes), out, limit=limit)
        assert str(refused.value).startswith(
            f"{out}: another process builds something else into it: ")
        assert message in str(refused.value) and "another output folder" in str(refused.value)

    _, manifest, _ = work(_recipe(file), out, limit=LIMIT, run=_once(other))
    assert {own["rows_in"] for own in manifest["languages"].values()} == {LIMIT}
    assert manifest["recipe"]["translation"]["beam"] == 1


def test_what_was_built_before_binds_nobody(out: Location) -> None:
    locks = Locks(out / "claims")
    for limit in (1, 2):
        with agreed(out, locks, "recipe", recipe_facts(small_recipe(), limit)):
            pass


def test_machines_may_differ(out: Location) -> None:
    """Those who build the same on other devices share the folder, and know it by the rest."""
    own = recipe_facts(small_recipe(), 5)
    locks = Locks(out / "claims")
    with (
        agreed(out, locks, "recipe", own),
        agreed(out, locks, "recipe", recipe_facts(small_recipe("engine.threads=1"), 5)),
        pytest.raises(InputError, match="limit is 5 there, not set here"),
        agreed(out, locks, "recipe", recipe_facts(small_recipe(), None)),
    ):
        pass


def test_many_differences_are_one_short_line(tmp_path: Path) -> None:
    locks = Locks(tmp_path)
    with (
        agreed(tmp_path, locks, "recipe", {str(n): "x" * 1000 for n in range(9)}),
        pytest.raises(InputError) as refused,
        agreed(tmp_path, locks, "recipe", {str(n): n for n in range(9)}),
    ):
        pass
    assert "6 more differ" in str(refused.value) and len(str(refused.value)) < 500
