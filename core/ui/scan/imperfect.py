"""Which parameters of a scan belong to its imperfections, and which are idle."""

from collections.abc import Mapping
from typing import Any

from core.parameters import parameters_of
from core.problem.imperfections import IMPERFECTIONS, Imperfection

SWITCHES = {
    f"{member.name}_{parameter.name}": tuple(f"{member.name}_{name}" for name in member.switches)
    for member in IMPERFECTIONS.members
    for parameter in parameters_of(member)
}
"""Every parameter of an imperfection, with those that turn this imperfection on."""


def idle(name: str, chosen: Mapping[str, Any]) -> bool:
    """Whether a parameter is a detail of an imperfection that is off."""
    switches = SWITCHES.get(name, ())
    return bool(switches) and name not in switches and not any(chosen[one] for one in switches)


def query_of(imperfection: Imperfection) -> dict[str, Any]:
    """The parameters of an imperfection by the names that they have in a scan."""
    return imperfection.flat_values(f"{imperfection.name}_")
