"""Learned methods: networks in the place of what a person would have to write down."""

from core.ui import shell

STEPS = {
    "idea": "1 · The idea",
    "zoo": "2 · The zoo",
    "prior": "3 · Deep image prior",
    "plug": "4 · Plug-and-play",
    "train_now": "5 · Train one now",
    "breaks": "6 · When it breaks",
}

NEEDS_TRUTH = {
    "prior": "Here the network's picture is compared at every step with the true image",
    "train_now": "What a network has learned is judged here against the true image",
    "breaks": "What a network gets wrong is measured against the true image",
}

with shell.page(
    "Learned methods",
    "What a head looks like is hard to write down and easy to show: a network learns from examples "
    "what no regulariser says.",
    equation=r"\hat m = f_\theta(d), \quad \min_\theta \sum_i \ell\bigl(m_i, f_\theta(d_i)\bigr)",
) as scan:
    from core.ui.learned import idea
    from core.ui.lesson import show_with_torch, steps
    from core.ui.scan.source import simulated_meanwhile

    step, place = steps(STEPS)
    with place:
        if step in NEEDS_TRUTH:
            simulated_meanwhile(scan, NEEDS_TRUTH[step])
        if step == "idea":
            idea.show(scan)
        else:
            show_with_torch(f"core.ui.learned.{step}", scan)
