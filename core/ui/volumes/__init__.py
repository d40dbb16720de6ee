"""The page on volumes: a scan in three dimensions, and what it teaches."""
