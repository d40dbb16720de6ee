"""What the workbench of the proximal page says beside its pictures."""

from collections.abc import Mapping
from typing import get_args

import streamlit as st

from core.markdown_table import markdown_table
from core.methods.base import Method
from core.methods.priors import PRIORS, Form, prior_named, refusal
from core.methods.support.proximal import ProximalMethod
from core.problem.measurement import Source
from core.studies.solver_comparison import SOLVERS

FORMS: tuple[Form, ...] = get_args(Form)
WORDS = r"""
#### One problem, many algorithms
$$
\min_m\; \underbrace{\tfrac12\lVert Gm - d\rVert^2}_{f} \;+\; \underbrace{\sigma\, h(Km)}_{g}
$$
**Proximal gradient** needs $\nabla f$ and the prox of $g$; with $h$ the L1 norm it is **ISTA**,
$m \leftarrow \mathrm{soft}_{\tau\sigma}(m - \tau\, G^\top(Gm - d))$. It is slow where $G^\top G$ is
badly conditioned. **FISTA** adds momentum, and resets it when it points uphill.

**ADMM** gives $Km$ a name of its own, $z$, and demands $Km = z$ only in the end. Each of its two
subproblems is easy: a least-squares problem for $m$, a closed prox for $z$. **Linearised ADMM**
and **PDHG** (Chambolle and Pock) replace the least-squares problem by one gradient step.

The lecture's 50 and 20 iterations end far from the minimum: the picture is then made by the prior
*and* by stopping early, and one cannot tell the two apart. Step 4, the race, shows how far.

#### The inner loop
The prox of total variation has no formula: it is a small optimisation of its own. PyProximal ends
it as soon as its objective changes by less than $10^{-4}$ of itself, which can be after three
iterations.
The outer iteration then takes steps that are not quite prox steps. Set *Inner rule* to *fixed*
and compare.
"""


def theory_tab(scan: Source, chosen: Mapping[str, Method]) -> None:
    """Draw the theory, what the chosen priors do, and which pairs there are."""
    left, right = st.columns(2, gap="large")
    left.markdown(WORDS)
    with right:
        for letter, method in chosen.items():
            if isinstance(method, ProximalMethod):
                _about(scan, letter, method)
        _pairs()


def _about(scan: Source, letter: str, method: ProximalMethod) -> None:
    prior = prior_named(method.prior)
    st.markdown(f"**{letter} · {prior.title}.** {prior.effect}")
    # In the text's own size: some of these are long.
    st.markdown(f"$\\displaystyle {prior.formula}$\n\n$\\displaystyle {prior.prox_formula}$")
    for sentence in method.remarks(scan.operator()):
        st.info(sentence)
    st.caption(method.source)


def _pairs() -> None:
    """Say which priors go with which solvers, and why not all do."""
    reasons = dict.fromkeys(refusal(form, prior.name) for prior in PRIORS for form in FORMS)
    with st.expander("Which prior goes with which solver"):
        st.markdown(pairs_table())
        for reason in filter(None, reasons):
            st.caption(f"–: {reason}")


def pairs_table() -> str:
    """A Markdown table of the priors, with a column for the solvers that take the same form."""
    solvers = {
        form: [s.title.partition(" (")[0] for s in SOLVERS if s.prior_form == form]
        for form in FORMS
    }
    headings = ["Prior", *(", ".join(solvers[form]) for form in FORMS)]
    rows = [
        [prior.title, *("–" if refusal(form, prior.name) else "✓" for form in FORMS)]
        for prior in PRIORS
    ]
    return markdown_table(headings, rows, align="lc")
