"""Leases in a store: one holder at a time, dead ones taken over, lost answers understood."""

from __future__ import annotations

import random
import threading
import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest

from crosslabel.pipeline.storage import leases, stores
from crosslabel.pipeline.storage.leases import Leases
from crosslabel.pipeline.storage.location import Location, is_local
from crosslabel.projection.errors import CrosslabelError
from tests.pipeline.s3_server import FaultyProxy

if TYPE_CHECKING:
    from upath import UPath

BEAT, DEAD = 0.2, 1.0


@pytest.fixture
def folder(stored: Location) -> UPath:
    assert not is_local(stored)
    return stored


def holder(folder: UPath) -> Leases:
    return Leases(folder, BEAT, DEAD)


def left_behind(folder: UPath, name: str, **says: object) -> None:
    """A lease whose holder was killed."""
    stores.write(folder / f"{name}.json", leases.content("killed", 3, says))


def taken(own: Leases, name: str, seconds: float) -> leases.Lease | None:
    """A lease, asked for again and again for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if lease := own.take(name):
            return lease
        time.sleep(BEAT / 2)
    return None


def test_a_lease_is_free_again_when_it_is_closed(folder: UPath) -> None:
    first, second = holder(folder), holder(folder)
    lease = first.take("part")
    assert lease
    with lease:
        assert second.take("part") is None
        other = second.take("other")
        assert other
        with other:
            pass
    assert not first.names()
    again = second.take("part")
    assert again
    with again:
        assert first.take("part") is None


def test_a_lease_that_beats_is_not_taken_over_and_a_dead_one_is(folder: UPath) -> None:
    own = holder(folder)
    alive = own.take("alive")
    assert alive
    with alive:
        left_behind(folder, "dead")
        other = holder(folder)
        assert taken(other, "alive", 3 * DEAD) is None
        dead = taken(other, "dead", 3 * DEAD)
        assert dead
        with dead:
            assert own.take("dead") is None


def test_what_a_lease_says_is_told_while_it_beats(folder: UPath) -> None:
    left_behind(folder, "recipe-killed", rows=2)
    own = holder(folder)
    assert own.other("recipe", {"rows": 1}) is None
    assert not own.names()
    alive = own.take("recipe-alive", {"rows": 2})
    assert alive
    with alive:
        assert holder(folder).other("recipe", {"rows": 2}) is None
        assert holder(folder).other("plan", {"rows": 1}) is None
        assert holder(folder).other("recipe", {"rows": 1}) == {"rows": 2}


def test_of_many_one_takes_a_lease(folder: UPath) -> None:
    found: list[leases.Lease] = []
    begin = threading.Barrier(6)

    def take() -> None:
        own = holder(folder)
        begin.wait()
        if lease := own.take("part"):
            found.append(lease)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    with found[0]:
        pass


def test_lost_answers_do_not_make_an_own_lease_look_like_another_s(
    folder: UPath, s3: FaultyProxy
) -> None:
    with s3.weathered(share=0.4, draw=random.Random(3)):
        for number in range(20):
            lease = holder(folder).take(f"part-{number}")
            assert lease
            with lease:
                pass


def hold(folder: UPath, *, exclusive: bool) -> AbstractContextManager[None]:
    return leases.hold(folder, exclusive=exclusive, beat_seconds=BEAT, dead_after_seconds=DEAD)


@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True)])
def test_a_run_has_the_folder_to_itself(folder: UPath, first: bool, second: bool) -> None:
    with (
        hold(folder, exclusive=first),
        pytest.raises(CrosslabelError, match="another run is working in it"),
        hold(folder, exclusive=second),
    ):
        pass
    assert not holder(folder).names()


def test_runs_that_share_the_folder_work_side_by_side(folder: UPath) -> None:
    with hold(folder, exclusive=False), hold(folder, exclusive=False):
        assert len(holder(folder).names()) == 2
    assert not holder(folder).names()


def test_a_killed_run_is_waited_out(folder: UPath) -> None:
    left_behind(folder, "alone-0123")
    began = time.monotonic()
    with hold(folder, exclusive=True):
        assert time.monotonic() - began >= DEAD
        assert all(name.startswith("alone-") for name in holder(folder).names())
    assert not holder(folder).names()
