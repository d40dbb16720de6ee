"""Back-projection: smear every measured ray back over the pixels it crossed.

    m = Gᵀ d

The adjoint of the scan, and not its inverse: each pixel collects what was measured along all
rays through it, so the image comes out blurred by 1/r and in units of its own.

Source: A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, IEEE Press,
1988, section 3.3; SIAM Classics, 2001, DOI 10.1137/1.9780898719277.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from core.array_types import Sinogram
from core.methods.base import Dash, DirectMethod, Hue, Step
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class BackProjection(DirectMethod):
    """The adjoint applied to the data, as it is: no scaling, so its grey range is its own."""

    name: ClassVar[str] = "back_projection"
    title: ClassVar[str] = "Back-projection"
    idea: ClassVar[str] = "Smear every measured ray back over the pixels that it crossed."
    equation: ClassVar[str] = r"m = G^\top d"
    source: ClassVar[str] = (
        "A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, "
        "IEEE Press 1988; SIAM Classics 2001, doi:10.1137/1.9780898719277"
    )
    guarantee: ClassVar[str] = "The exact adjoint, and no inverse: the image is blurred by 1/r."
    position: ClassVar[int] = 10
    colour: ClassVar[Hue] = "slate"
    dash: ClassVar[Dash] = "dash"

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield Gᵀd."""
        yield Step(image=operator.back_project(data))
