"""The steps of the forward page, by the names that they have in a link."""

STEPS = (
    "equation",
    "view",
    "pixel",
    "noise",
    "matrix",
    "unseen",
    "adjoint",
    "crime",
    "imperfect",
    "slice",
    "picard",
    "edges",
)
