"""What step 7 says of its three problems, by the names that the lesson gives them."""

PROBLEMS = {"linear": "Linear: G m", "photons": "Photons: g(m)", "prior": "A network: G f(z)"}
WORDS = {
    "linear": "With $G$ bridged, an inverse problem is any other loss to PyTorch: write the "
    "objective down, call `backward()`, and let an optimiser of one's choice step. The problem is "
    "linear, so **LSQR** solves it too, and needs no step size. On the axis is what costs: how "
    "often $G$ and $G^\\top$ were applied.",
    "photons": "What counts photons measures $e^{-sGm}$, and a least-squares fit to those is no "
    "linear problem: LSQR has nothing to say. To PyTorch it is **one line more**; the chain rule "
    "does the rest, and what it asks of $G$ is still $G^\\top v$ alone.",
    "prior": "In place of the pixels, the **weights of a network** whose output is the image. "
    "$z$ is noise and stays. The gradient goes through $G^\\top$ and on into the network: this is "
    "the deep image prior. There is no explicit penalty; the architecture "
    "acts as one.",
}
EQUATIONS = {
    "linear": r"""\begin{aligned}\min_m\;& \tfrac12\lVert d - Gm\rVert^2 + \alpha\lVert m\rVert^2\\
 & + \beta\lVert\partial_x m\rVert^2 + \gamma\lVert\partial_z m\rVert^2\end{aligned}""",
    "photons": r"""\begin{aligned}\min_m\;& \tfrac12\lVert e^{-sd} - e^{-sGm}\rVert^2 +
 s^2\bigl(\alpha\lVert m\rVert^2\\
 & + \beta\lVert\partial_x m\rVert^2 + \gamma\lVert\partial_z m\rVert^2\bigr)\end{aligned}""",
    "prior": r"\min_\theta\; \tfrac12\lVert d - G\,f_\theta(z)\rVert^2",
}
