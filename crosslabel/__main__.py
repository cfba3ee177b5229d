"""``python -m crosslabel``."""

from crosslabel.cli import main

main()
