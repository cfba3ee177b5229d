"""Units of work: translate a part, train an aligner, label a shard, project and write a shard."""
