"""The page on convolution."""
