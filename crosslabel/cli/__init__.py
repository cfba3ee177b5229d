"""The ``crosslabel`` command: one file per subcommand in ``commands/``, and their output."""
