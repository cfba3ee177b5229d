"""``python -m crosslabel``."""

from crosslabel.cli.main import main

main()
