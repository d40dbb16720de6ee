"""The page that compares all methods."""
