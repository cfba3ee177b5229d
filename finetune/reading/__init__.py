"""Feature shards in memory maps: columns, batches, and the order in which they are read."""
