"""Checks that the files of an output folder are as written: hashes, rows, counts, names."""
