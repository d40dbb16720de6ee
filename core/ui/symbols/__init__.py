"""The symbols, screen by screen: the rows of a page are those of all its steps."""

from collections.abc import Mapping

from core.ui.symbols.bridge import BRIDGE
from core.ui.symbols.inversion import INVERSION
from core.ui.symbols.learning import LEARNING
from core.ui.symbols.rows import Rows
from core.ui.symbols.simulation import SIMULATION
from core.ui.symbols.uncertainty import UNCERTAINTY
from core.ui.symbols.volumes import VOLUMES

NOTATION: Mapping[str, Rows] = {
    **SIMULATION,
    **INVERSION,
    **LEARNING,
    **UNCERTAINTY,
    **BRIDGE,
    **VOLUMES,
}
