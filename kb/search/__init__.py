"""Search: ranking, the Whoosh index, the shards that a browser reads, what is alike."""
