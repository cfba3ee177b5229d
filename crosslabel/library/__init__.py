"""The library: what ``import crosslabel as cl`` offers, one file for each subject.

The commands call these functions and nothing beside them. Whatever is slow to import is imported
where it is used, so that ``import crosslabel`` loads no model library.
"""
