"""The page on uncertainty: samples of what the data allow, and whether they are honest."""
