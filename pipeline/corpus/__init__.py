"""The nouns of a corpus, their Arrow form, and the files of a finished one."""
