"""The command ``crosslabel``: Ctrl-C ends it with one line, also while Python imports it."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Import and run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    from crosslabel.cli.leaving import leave_on_control_c
    from crosslabel.cli.main import main as run

    leave_on_control_c()
    run()


def _leave(number: int, frame: object) -> None:
    os.write(2, b"crosslabel: stopped by SIGINT; run it again to go on\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
