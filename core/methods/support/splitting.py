"""Problems written as h(Am): what ADMM and the primal-dual methods take.

    min_m  ½‖Gm − d‖² + h(Km) + ι_{[l,u]}(m)

either with the misfit apart (`as_rows`) or stacked into one A = [SG; ωK] (`stack`), so that
every function has a prox in closed form. Where the prior has unknowns w of its own, all act on
(m, w), G and the range on its first part only (`on_all_unknowns`).

The plain stack has S = ω = 1. The balanced one has ‖SG‖ = ‖ωK‖ = 1: S sharpens each view as the
ramp filter of FBP does, which takes the blur out of GᵀG and with it most of the iterations; the
functions of SGm and ωKm undo both, so that the problem is the same.

Source: T. Pock and A. Chambolle, Diagonal preconditioning for first order primal-dual algorithms
in convex optimization, ICCV 2011, 1762-1769, DOI 10.1109/ICCV.2011.6126441.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pylops
import pyproximal
from pyproximal import ProxOperator
from scipy.sparse.linalg import LinearOperator, eigsh

from core.array_types import Float32Array, Sinogram, Vector
from core.methods.priors.base import Nothing, Split
from core.methods.support.data_fidelity import filtered, ray_response
from core.projection.projector import Projector
from core.storage.lru_cache import once_per

FAST_TAU = 0.05
"""With the balanced stack, an image step of this much of `balanced_tau` suits best."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stack:
    """min_m constraint(m) + function(Am), with a bound on ‖A‖²."""

    operator: pylops.LinearOperator
    norm_squared: float
    function: ProxOperator
    constraint: ProxOperator


def as_rows(split: Split) -> tuple[pylops.LinearOperator, ProxOperator]:
    """K and h of a prior with its constraint as further rows of K, the image itself, if any."""
    if not split.constrained:
        return split.operator, split.term
    pixels = split.pixels
    identity = on_all_unknowns(pylops.Identity(pixels, dtype=np.float32), split)
    box = pyproximal.Box(split.lower, split.upper)
    if isinstance(split.term, Nothing):
        return identity, box
    rows = [split.operator.shape[0], pixels]
    return pylops.VStack([split.operator, identity]), pyproximal.VStack([split.term, box], nn=rows)


def on_all_unknowns(operator: pylops.LinearOperator, split: Split) -> pylops.LinearOperator:
    """An operator on images as one on all unknowns of a prior, blind to the auxiliary ones."""
    if not split.auxiliary:
        return operator
    blind = pylops.Zero(operator.shape[0], split.auxiliary, dtype=np.float32)
    return pylops.HStack([operator, blind], dtype=np.float32)


def _range_of(split: Split) -> ProxOperator:
    """The constraint on the image as a function of all unknowns."""
    if not split.constrained:
        return Nothing()
    box = pyproximal.Box(split.lower, split.upper)
    if not split.auxiliary:
        return box
    return Blocks([box, Nothing()], [split.pixels, split.auxiliary])


def stack(operator: Projector, data: Sinogram, split: Split, balanced: bool) -> Stack:
    """The problem with everything but the constraint in one function of Am."""
    if balanced:
        rows, misfit = _sharpened(operator, data)
        data_norm, scale = 1.0, float(1 / np.sqrt(split.norm_squared))
    else:
        rows, misfit = operator, pyproximal.L2(b=np.ravel(data))
        data_norm, scale = operator.norm_squared, 1.0
    term = split.term if scale == 1 else split.term.stretched(scale)
    function = Blocks([misfit, term], [data.size, split.operator.shape[0]])
    return Stack(
        operator=pylops.VStack(
            [on_all_unknowns(rows, split), scale * split.operator], dtype=np.float32
        ),
        norm_squared=data_norm + scale**2 * split.norm_squared,
        function=function,
        constraint=_range_of(split),
    )


class Blocks(ProxOperator):
    """A sum of functions of the blocks of a vector, and the conjugate block by block.

    PyProximal's `VStack` takes the conjugate's prox by Moreau's identity through all blocks.
    """

    def __init__(self, functions: Sequence[ProxOperator], lengths: Sequence[int]) -> None:
        super().__init__(None, False)
        self.functions = functions
        ends = np.cumsum([0, *lengths])
        self.slices = [slice(a, b) for a, b in itertools.pairwise(ends.tolist())]

    def __call__(self, x: Vector) -> float:
        """The sum of the values."""
        return float(sum(f(x[s]) for f, s in zip(self.functions, self.slices, strict=True)))

    def prox(self, x: Vector, tau: float) -> Vector:
        """The prox of each block."""
        result = np.empty_like(x)
        for function, part in zip(self.functions, self.slices, strict=True):
            result[part] = function.prox(x[part], tau)
        return result

    def proxdual(self, x: Vector, tau: float) -> Vector:
        """The prox of each block's conjugate."""
        result = np.empty_like(x)
        for function, part in zip(self.functions, self.slices, strict=True):
            result[part] = function.proxdual(x[part], tau)
        return result


class Sharpened(pylops.LinearOperator):
    """SG: every projection (angles, detectors) filtered along the detectors by `gain`."""

    def __init__(self, operator: Projector, gain: Float32Array) -> None:
        super().__init__(dtype=np.float32, dims=operator.dims, dimsd=operator.dimsd, name="SG")
        self.projector = operator
        self.gain = gain

    def _matvec(self, x: Vector) -> Vector:
        return filtered(self.projector.project(x.reshape(self.dims)), self.gain).ravel()

    def _rmatvec(self, x: Vector) -> Vector:
        return self.projector.back_project(filtered(x.reshape(self.dimsd), self.gain)).ravel()


class SharpenedMisfit(ProxOperator):
    """½‖S⁻¹z − d‖²: the misfit as a function of z = SGm."""

    def __init__(self, data: Sinogram, gain: Float32Array) -> None:
        super().__init__(None, True)
        self.data = data
        self.gain = gain
        self._blur: Float32Array = (1 / gain).astype(np.float32)
        self._sharp_data = filtered(data, self._blur)

    def __call__(self, x: Vector) -> float:
        """The value at z."""
        residual = filtered(x.reshape(self.data.shape), self._blur) - self.data
        return 0.5 * float(np.vdot(residual, residual))

    def prox(self, x: Vector, tau: float) -> Vector:
        """(S⁻² + 1/τ)⁻¹ (S⁻¹d + z/τ), frequency by frequency."""
        step = np.float32(tau)
        weight = step * self.gain**2 / (step + self.gain**2)
        return filtered(self._sharp_data + x.reshape(self.data.shape) / step, weight).ravel()


@once_per
def sharpening_gain(operator: Projector) -> Float32Array:
    """The gain (frequencies,) of S with ‖SG‖ ≤ 1; cached as long as the operator exists."""
    _, response = ray_response(operator)
    gain: Float32Array = (1 / np.sqrt(response)).astype(np.float32)
    return gain / np.float32(np.sqrt(_norm_squared(Sharpened(operator, gain))))


def _norm_squared(operator: pylops.LinearOperator) -> float:
    """Largest eigenvalue of AAᵀ by Lanczos, which finds it from below, and 2 % for that."""
    rays = operator.shape[0]
    if rays == 1:  # ARPACK needs two
        return 1.02 * float(np.square(operator.rmatvec(np.ones(1, np.float32))).sum())
    normal = LinearOperator(
        (rays, rays),
        matvec=lambda y: operator.matvec(operator.rmatvec(np.float32(y))),
        dtype=np.float32,
    )
    largest = eigsh(normal, k=1, tol=5e-3, v0=np.ones(rays, np.float32), return_eigenvectors=False)
    return 1.02 * float(largest[0])


def _sharpened(operator: Projector, data: Sinogram) -> tuple[Sharpened, SharpenedMisfit]:
    gain = sharpening_gain(operator)
    return Sharpened(operator, gain), SharpenedMisfit(data, gain)
