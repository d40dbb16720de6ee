"""The autograd bridge: how a linear operator enters PyTorch, in the order of the lecture."""

import streamlit as st

from core.ui import shell

STEPS = {
    "chain": "1 · The chain",
    "demo": "2 · The demo",
    "jacobian": "3 · The Jacobian is G",
    "checks": "4 · Check it",
    "broken": "5 · Break it",
    "by_hand": "6 · By hand",
    "use": "7 · Use it",
}

with shell.page(
    "Autograd bridge",
    "PyTorch computes gradients of whatever is made of its own operations. A scanner is not. All "
    "that backpropagation asks of it is one product, and that is the back-projection.",
    equation=r"y = G\,x \;\Longrightarrow\; J^\top v = G^\top v",
    simulated=True,
) as scan:
    from core.ui.lesson import show_with_torch, steps

    step, place = steps(STEPS)
    with place, st.container(key="step_and_code"), st.container():
        show_with_torch(f"core.ui.bridge.{step}", scan)
