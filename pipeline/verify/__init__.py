"""Whether the files of an output folder are what was written: hashes, rows, counts, names."""
