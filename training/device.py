"""The device and the number of threads that training uses."""

import argparse
from dataclasses import dataclass

from crosslabel.projection.device import DEVICES, chosen_device

THREADS = 2


@dataclass(frozen=True)
class Machine:
    """The machine to train on: `device` is `cpu` or `cuda`, `threads` counts processor threads."""

    device: str
    threads: int


def machine_options(parser: argparse.ArgumentParser) -> None:
    """Add `--device` and `--threads` to a parser."""
    parser.add_argument("--device", choices=DEVICES, default=chosen_device("auto"))
    parser.add_argument("--threads", type=int, default=THREADS, help="fewer on a busy machine")
