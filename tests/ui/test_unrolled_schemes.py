"""The drawings of unrolled networks have the arrows of the equations beside them, and no others."""

import re
from itertools import pairwise

import numpy as np
import pytest

from core.ui.learned.unrolled_families import FAMILIES, PLAIN

FORMS = {form.method: form for family in FAMILIES.values() for form in family.forms.values()}
NETWORK = re.compile(r"(f|\\Gamma)_\S*?\\bigl\((.*)\\bigr\)")
SYMBOL = re.compile(
    r"\\nabla [LR]|\\Delta(?: m|_k)|\\Gamma|[mqy]_\{k\+1\}|[mqy]_k|\b[dfgmpqrsvR]\b(?!_)"
)
NAMED = {
    "learned_gradient": {r"G^\top r": "g"},
    "learned_proximal_gradient_plain": {r"m_k - \tau_k G^\top(Gm_k - d)": "v"},
    "learned_proximal_gradient": {r"\mathrm{FBP}(r)": "s", r"G^\top r": "g"},
    "learned_primal_dual_plain": {"G m_k": "p", r"G^\top y_{k+1}": "g"},
    "learned_primal_dual": {"G m_k": "p", "Gm_k": "p"},
}
"""Parts of equations that have a node of their own, and the symbol that takes their place here."""

NODES = {
    "m_k": "m", "q_k": "m", "y_k": "y", "y_{k+1}": "ynext", "p": "G", "R": "prior",
    r"\nabla L": "misfit", r"\nabla R": "prior", r"\Delta m": "f", r"\Delta_k": "f",
    r"\Gamma": "gamma",
}  # fmt: skip
"""The node of a symbol on the right; others are called as they are written."""

RESULTS = {"m_{k+1}": ("plus", "next"), "y_{k+1}": ("yplus", "ynext"), r"\Delta m": ("f", "qnext")}
"""Where what leaves a stage is computed, and where it is shown; the memory comes with Δm."""

ONLY_PASSED = {"step", "carried"}
"""Nodes that multiply or add, as ⊕ does: an arrow into one goes on to where it leads."""


def equations(form):
    """The two sides of each equation of a form, with one symbol for each node."""
    lines = [*form.equations]
    if form.method == "learned_gradient":  # what R is stands under the plain form
        lines.append(FAMILIES["learned_gradient"].forms[PLAIN].equations[-1].split(r"\quad ")[1])
    text = re.sub(r"\^\{\(\d\)\}", "", r", \quad ".join(lines)).replace(r"\leftarrow", "=")
    for part, symbol in NAMED.get(form.method, {}).items():
        assert part in text
        text = text.replace(part, symbol) + rf", \quad {symbol} = {part}"
    return [equation.split(" = ") for equation in re.split(r",\s*\\quad ", text)]


def asked_for(form):
    """The arrows of the equations: from each symbol on the right to what is on the left."""
    found = set()

    def add(expression, end):
        starts = (NODES.get(symbol, symbol) for symbol in SYMBOL.findall(expression))
        found.update((start, end) for start in starts if start != end)

    for left, right in equations(form):
        symbol = SYMBOL.search(left)[0]
        end, shown = RESULTS.get(symbol, (NODES.get(symbol, symbol), ""))
        if network := NETWORK.search(right):
            add(network[2], NODES.get(network[1], network[1]))
            right = right.replace(network[0], f" {network[1]} ")
        if form.method == "learned_proximal_gradient_plain" and symbol == "m_{k+1}":
            end = "f"  # the network is all that there is
        add(right, end)
        found |= {(end, shown)} if shown else set()
    return found


def drawn(form):
    """The arrows of a drawing, from node to node without those that only pass on."""
    scheme = form.scheme
    passed = {name for name, node in scheme.nodes.items() if node.kind == "sum"} | ONLY_PASSED

    def ends(name):
        further = [end for start, end in scheme.arrows if start == name]
        return {last for end in further for last in (ends(end) if end in passed else {end})}

    return {(name, end) for name in scheme.nodes.keys() - passed for end in ends(name)}


@pytest.mark.parametrize("name", FORMS)
def test_a_drawing_has_the_arrows_of_its_equations(name):
    assert drawn(FORMS[name]) == asked_for(FORMS[name])


@pytest.mark.parametrize("name", FORMS)
def test_no_arrow_passes_through_a_node(name):
    scheme = FORMS[name].scheme
    for start, end in scheme.arrows:
        for (x0, y0), (x1, y1) in pairwise(scheme.line(start, end)):
            points = np.linspace((x0, y0), (x1, y1), 200)
            for other, node in scheme.nodes.items():
                inside = np.abs(points - node.centre) < node.half
                assert not inside.all(axis=1).any(), (start, end, other)


@pytest.mark.parametrize("name", FORMS)
def test_a_drawing_holds_all_its_arrows(name):
    scheme = FORMS[name].scheme
    width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', scheme.svg()).groups())
    points = np.concatenate([scheme.line(*arrow) for arrow in scheme.arrows])
    assert (points > 0).all()
    assert (points < (width, height)).all()
