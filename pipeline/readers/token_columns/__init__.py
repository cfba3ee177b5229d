"""Files with a word per line: which column holds what, found out from the first lines."""
