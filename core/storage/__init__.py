"""The caches on disk and in memory, and the store of results."""
