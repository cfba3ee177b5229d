"""``crosslabel`` that notes each unit of a build once it has committed it.

Usage: ``python -m tests.pipeline.told_command FILE WORD...``: a line per unit is appended to FILE;
the words are the command line of ``crosslabel``.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial

# As it is while Python starts: the command sets its own handler.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from crosslabel.__main__ import main as command  # noqa: E402
from crosslabel.pipeline import work  # noqa: E402
from crosslabel.pipeline.planning.planned import Plan  # noqa: E402
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit  # noqa: E402


def main(file: str, *words: str) -> None:
    """Run the command."""
    told = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def run(plan: Plan, unit: Unit) -> Ref:
        ref = run_unit(plan, unit)
        if ref.seconds:
            os.write(told, f"{unit}\n".encode())
        return ref

    name = "work"
    setattr(work, name, partial(work.work, run=run))
    sys.argv = ["crosslabel", *words]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


if __name__ == "__main__":
    main(*sys.argv[1:])
