"""What a build will do: rows in fixed shards, parts to translate, where each segment stands."""
