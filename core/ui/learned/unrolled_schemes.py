"""One stage of each unrolled network as a drawing; `sharp` is the form with FBP inside.

Each drawing has the arrows of its equations, and no others. A step size stands beside its map.
"""

from core.ui.learned.schemes import Kind, Node, Scheme


def _node(text: str, column: float, row: float, kind: Kind = "value") -> Node:
    return Node(text=text, at=(column, row), kind=kind)


def gradient(sharp: bool) -> Scheme:
    """Learned gradient: both gradients, the image and the memory enter one network."""
    below = 0.7 if sharp else 0.0  # a second row of maps takes as much
    f, minus = (4.2, 5.2) if sharp else (3.0, 4.0)
    if sharp:
        maps = {
            "r": _node("r = Gm − d", 1.5, 1.1, "map"),
            "s": _node("FBP(r)", 2.9, 0.7, "map"),
            "g": _node("Gᵀr", 2.9, 1.45, "map"),
        }
        arrows = [("m", "r"), ("d", "r"), ("r", "s"), ("r", "g"), ("s", "f"), ("g", "f")]
    else:
        maps = {"misfit": _node("∇L", 1.6, 0.7, "map")}
        arrows = [("m", "misfit"), ("d", "misfit"), ("misfit", "f")]
    main = 1.5 + below
    return Scheme(
        nodes={
            "d": _node("d", 0.5, 0.7),
            "m": _node("m_k", 0, main),
            **maps,
            "prior": _node("∇R", 2.9 if sharp else 1.6, main + 0.8, "map"),
            "f": _node("f_θ", f, main, "network"),
            "plus": _node("m − ·", minus, main, "map"),
            "next": _node("m_k+1", minus + 1, main),
            "q": _node("q", f, main + 1.1),
            "qnext": _node("q", minus, main + 1.1),
        },
        arrows=[*arrows, ("m", "prior"), ("prior", "f"), ("m", "f"), ("q", "f"), ("f", "qnext"),
                ("f", "plus"), ("m", "plus"), ("plus", "next")],
        bends={("m", "plus"): ((0, 0), (minus, 0))},
        alt="One stage: the image, the gradients of misfit and regulariser"
        + (", the FBP of the residual" if sharp else "")
        + " and the memory enter a network, whose output is taken from the image. The network "
        "hands the memory on.",
    )  # fmt: skip


def proximal(sharp: bool) -> Scheme:
    """Learned proximal gradient: a step on the misfit, then a network."""
    if not sharp:
        return Scheme(
            nodes={
                "m": _node("m_k", 0, 0),
                "d": _node("d", 0, 1),
                "v": _node("m − τₖGᵀ(Gm − d)", 1.7, 0, "map"),
                "f": _node("f_θk", 3.3, 0, "network"),
                "next": _node("m_k+1", 4.4, 0),
            },
            arrows=[("m", "v"), ("d", "v"), ("v", "f"), ("f", "next")],
            alt="One stage: a step on the misfit, then a network that sees nothing else.",
        )
    return Scheme(
        nodes={
            "m": _node("m_k", 0, 0.8),
            "d": _node("d", 0, 1.9),
            "r": _node("r = Gm − d", 1.1, 1.9, "map"),
            "s": _node("FBP(r)", 2.6, 1.9, "map"),
            "g": _node("Gᵀr", 3.1, 2.7, "map"),
            "v": _node("v = m − τₖFBP(r)", 2.6, 0.8, "map"),
            "f": _node("f_θk", 4.2, 0.8, "network"),
            "plus": _node("+", 5.0, 0.8, "map"),
            "next": _node("m_k+1", 5.9, 0.8),
        },
        arrows=[("m", "r"), ("d", "r"), ("r", "s"), ("r", "g"), ("m", "v"), ("s", "v"), ("v", "f"),
                ("s", "f"), ("g", "f"), ("v", "plus"), ("f", "plus"), ("plus", "next")],
        bends={("v", "plus"): ((2.6, 0), (5.0, 0))},
        alt="One stage: a step along the FBP of the residual, then a network that sees where it "
        "led, and the residual in two ways; what it says is added.",
    )  # fmt: skip


def primal(sharp: bool) -> Scheme:
    """Learned primal: what the network says is added to the image and its memory."""
    extra = {}
    arrows = []
    if sharp:
        extra = {
            "s": _node("FBP(r)", 3.1, 2.7, "map"),
            "step": _node("−τₖ", 4.9, 2.7, "map"),
        }
        arrows = [("r", "s"), ("s", "stack"), ("s", "step"), ("step", "plus")]
    return Scheme(
        nodes={
            "m": _node("m, q", 0, 0.8),
            "d": _node("d", 0, 1.9),
            "r": _node("r = Gm − d", 1.2, 1.9, "map"),
            "g": _node("Gᵀr", 2.5, 1.9, "map"),
            "stack": _node("⊕", 3.1, 0.8, "sum"),
            "f": _node("f_θk", 4.0, 0.8, "network"),
            "plus": _node("+", 4.9, 0.8, "map"),
            "next": _node("m, q", 5.9, 0.8),
            **extra,
        },
        arrows=[("m", "r"), ("d", "r"), ("r", "g"), ("g", "stack"), ("m", "stack"), ("stack", "f"),
                ("f", "plus"), ("m", "plus"), ("plus", "next"), *arrows],
        bends={("m", "plus"): ((0, 0), (4.9, 0))},
        alt="One stage: the image, its memory and the residual carried back "
        + ("in two ways " if sharp else "")
        + "are stacked for a network, and what it says is added to image and memory"
        + (", with a step along the FBP of the residual." if sharp else "."),
    )  # fmt: skip


def primal_dual(sharp: bool) -> Scheme:
    """Learned primal-dual: a network on the data, and one on the image."""
    low = 3.9 if sharp else 2.8
    if sharp:
        maps = {
            "r": _node("r = Gm − d", 1.9, 2.1, "map"),
            "carried": _node("r + y_k+1", 3.6, 2.1, "map"),
            "g": _node("Gᵀ", 3.6, 3.0, "map"),
            "s": _node("FBP", 4.6, 3.0, "map"),
            "step": _node("−τₖ", 5.8, 3.0, "map"),
        }
        arrows = [("G", "r"), ("d", "r"), ("r", "carried"), ("ynext", "carried"), ("carried", "g"),
                  ("carried", "s"), ("s", "stack"), ("s", "step"), ("step", "plus")]  # fmt: skip
    else:
        maps = {"g": _node("Gᵀ", 4.2, 1.8, "map")}
        arrows = [("ynext", "g")]
    return Scheme(
        nodes={
            "y": _node("y_k", 0, 0.7),
            "G": _node("G", 1.2, 1.4, "map"),
            "d": _node("d", 2.6, 1.4),
            "ystack": _node("⊕", 1.9, 0.7, "sum"),
            "gamma": _node("Γ_φk", 2.7, 0.7, "network"),
            "yplus": _node("+", 3.4, 0.7, "map"),
            "ynext": _node("y_k+1", 4.2, 0.7),
            **maps,
            "m": _node("m, q" if sharp else "m_k", 0, low),
            "stack": _node("⊕", 4.2, low, "sum"),
            "f": _node("f_θk", 5.0, low, "network"),
            "plus": _node("+", 5.8, low, "map"),
            "next": _node("m, q" if sharp else "m_k+1", 6.6, low),
        },
        arrows=[("y", "ystack"), ("G", "ystack"), ("d", "ystack"), ("ystack", "gamma"),
                ("gamma", "yplus"), ("y", "yplus"), ("yplus", "ynext"), ("m", "G"), *arrows,
                ("g", "stack"), ("m", "stack"), ("stack", "f"), ("f", "plus"), ("m", "plus"),
                ("plus", "next")],
        bends={
            ("y", "yplus"): ((0, 0), (3.4, 0)),
            ("m", "plus"): ((0, low + 0.7), (5.8, low + 0.7)),
        },
        alt="One stage: a network updates the dual from dual, projection and data; another the "
        "image from the image and what is carried back. What each says is added.",
    )  # fmt: skip
