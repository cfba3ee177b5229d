"""The records of a corpus, their Arrow form, and the files of a finished corpus."""
