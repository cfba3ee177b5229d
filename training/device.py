"""Which device training runs on and how many threads it takes."""

import argparse
from dataclasses import dataclass

from crosslabel.projection.device import DEVICES, chosen_device

THREADS = 2


@dataclass(frozen=True)
class Machine:
    """`device`: `cpu` or `cuda`; `threads`: those of the processor."""

    device: str
    threads: int


def machine_options(parser: argparse.ArgumentParser) -> None:
    """Add `--device` and `--threads`."""
    parser.add_argument("--device", choices=DEVICES, default=chosen_device("auto"))
    parser.add_argument("--threads", type=int, default=THREADS, help="fewer on a busy machine")
