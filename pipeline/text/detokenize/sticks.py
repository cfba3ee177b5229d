"""What a word of a tokenised sentence is written against."""

from enum import Flag, auto


class Sticks(Flag):
    """The neighbours a word has no space to."""

    NONE = 0
    LEFT = auto()
    RIGHT = auto()
    BOTH = LEFT | RIGHT
