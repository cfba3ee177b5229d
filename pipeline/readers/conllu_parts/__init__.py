"""The parts of a CoNLL-U file: its columns, sentences, tokens and names."""
