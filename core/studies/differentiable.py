"""Methods as functions in PyTorch, through which a gradient goes from the image back to the data.

Total variation is unrolled from its minimum for data near by on. Plug-and-play, RED and the convex
ridge regulariser take the steps of the methods themselves (`core.studies.differentiable_steps`).
"""

from typing import TYPE_CHECKING

from core.array_types import Sinogram
from core.geometry.beams import ParallelBeam
from core.methods.admm import ADMM
from core.methods.base import Method
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.fbp import FBP
from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.methods.support.data_fidelity import balanced_tau
from core.methods.support.denoising import as_tensor
from core.methods.support.splitting import sharpening_gain
from core.methods.support.trained import TrainedNetwork, averaged_stages, trained_inversion
from core.problem.scan import Scan
from core.projection.projector import Projector
from core.studies import differentiable_steps as steps

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.worst_noise import Reconstruction

CONVERGED, WARM = 400, 60
"""Steps of unrolled total variation to its minimum, and from there after a change of the data."""

TAU = 0.25
"""Its step over `balanced_tau`: of 0.01 to 0.5 what converges fastest on the lecture's scan."""

TV = "tv_nonnegative"


def has_gradient(method: Method, scan: Scan) -> bool:
    """Whether a method on this scan is written as a function in PyTorch.

    FBP, non-negative total variation by ADMM, networks from data to image, the convex ridge
    regulariser, RED, and plug-and-play but for the gradient step, whose τ is searched for.
    """
    if isinstance(method, FBP):
        plain = method.filter == "ram-lak" and method.cutoff == 1
        return plain and isinstance(scan.beam, ParallelBeam)
    if isinstance(method, PlugAndPlay):
        return method.solver != "gradient_step"
    if isinstance(method, ADMM):
        return method.prior == TV
    return isinstance(method, TrainedNetwork | RED | ConvexRidgeMethod)


def differentiable(method: Method, operator: Projector, data: Sinogram) -> "Reconstruction":
    """A method on data (1, 1, views, detectors) near `data`, through which a gradient can go.

    Raises `InputError` where the weights of a network are missing or damaged.
    """
    from core.networks.architectures.physics import Physics

    if isinstance(method, ADMM):
        return _unrolled(method, operator, data)
    if isinstance(method, PlugAndPlay):
        return steps.plug_and_play(method, operator)
    if isinstance(method, RED):
        return steps.red(method, operator)
    if isinstance(method, ConvexRidgeMethod):
        return steps.convex_ridge(method, operator)
    physics = Physics(operator)
    if isinstance(method, FBP):
        return lambda given: physics.fbp(given / physics.norm)
    assert isinstance(method, TrainedNetwork)
    sides = method.orientations
    network = trained_inversion(method.name)

    def last_stage(given: "Tensor") -> "Tensor":
        *_, image = averaged_stages(network, physics, given / physics.norm, sides)
        return image

    return last_stage


def _unrolled(method: ADMM, operator: Projector, data: Sinogram) -> "Reconstruction":
    """Total variation from its minimum for `data` on, by a fixed number of steps."""
    import torch

    from core.networks.unrolled_tv import UnrolledTV

    chain = UnrolledTV(
        operator=operator,
        sigma=method.sigma,
        gain=sharpening_gain(operator),
        tau=TAU * balanced_tau(operator, data, method.sigma),
    )
    with torch.no_grad():
        start = chain.minimum(as_tensor(data), CONVERGED)
    return lambda given: chain.minimum(given, WARM, start)[0]
