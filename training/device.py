"""Which device training runs on and how many threads it takes."""

import argparse
from dataclasses import dataclass

import torch

THREADS = 2


@dataclass(frozen=True)
class Machine:
    """`device`: `cpu` or `cuda`; `threads`: those of the processor."""

    device: str
    threads: int


def machine_options(parser: argparse.ArgumentParser) -> None:
    """Add `--device` and `--threads`."""
    found = "cuda" if torch.cuda.is_available() else "cpu"
    parser.add_argument("--device", choices=("cpu", "cuda"), default=found)
    parser.add_argument("--threads", type=int, default=THREADS, help="fewer on a busy machine")
