"""crosslabel: translate labelled corpora and project their span labels onto the translations."""

from importlib.metadata import version

__version__ = version("crosslabel")
