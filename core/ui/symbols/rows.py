"""What several screens share."""

Rows = tuple[tuple[str, str], ...]

NOISE: Rows = (("n", "the noise in the data"),)
LEARNED: Rows = (
    (r"\theta", "the weights of a network"),
    (r"f_\theta", "a network"),
    (r"\ell", "the loss: how wrong the outputs are"),
)
