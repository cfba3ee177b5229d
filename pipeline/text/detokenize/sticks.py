"""The sides on which a word of a tokenised sentence has no space."""

from enum import Flag, auto


class Sticks(Flag):
    """The neighbours to which a word has no space."""

    NONE = 0
    LEFT = auto()
    RIGHT = auto()
    BOTH = LEFT | RIGHT
