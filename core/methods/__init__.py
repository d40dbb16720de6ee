"""The methods of the laboratory: one file each, and the list of them."""

from core.methods.admm import ADMM
from core.methods.back_projection import BackProjection
from core.methods.base import Method
from core.methods.cgls import CGLS
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.douglas_rachford import DouglasRachford
from core.methods.fbp import FBP
from core.methods.fista import FISTA
from core.methods.gradient_descent import GradientDescent
from core.methods.landweber import Landweber
from core.methods.learned_gradient import LearnedGradient
from core.methods.learned_primal import LearnedPrimal
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.learned_proximal_gradient import LearnedProximalGradient
from core.methods.linearised_admm import LinearisedADMM
from core.methods.lsqr import LSQR
from core.methods.minibatch_gradient_descent import MinibatchGradientDescent
from core.methods.pdhg import PDHG
from core.methods.plug_and_play import PlugAndPlay
from core.methods.preconditioned_least_squares import PreconditionedLeastSquares
from core.methods.proximal_gradient import ProximalGradient
from core.methods.red import RED
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.methods.smooth_least_squares import SmoothLeastSquares
from core.methods.transmission import Transmission
from core.methods.unet import UNet
from core.problem.errors import InputError

METHODS: tuple[type[Method], ...] = (
    BackProjection,
    FBP,
    RegularisedLeastSquares,
    SmoothLeastSquares,
    PreconditionedLeastSquares,
    GradientDescent,
    MinibatchGradientDescent,
    CGLS,
    LSQR,
    Landweber,
    SIRT,
    SART,
    Transmission,
    ProximalGradient,
    FISTA,
    ADMM,
    LinearisedADMM,
    PDHG,
    DouglasRachford,
    UNet,
    LearnedGradient,
    LearnedProximalGradient,
    LearnedPrimal,
    LearnedPrimalDual,
    DeepImagePrior,
    PlugAndPlay,
    RED,
)


def method_named(name: str) -> type[Method]:
    """Return the method of this name; raise `InputError` when there is none."""
    for method in METHODS:
        if method.name == name:
            return method
    known = ", ".join(method.name for method in METHODS)
    raise InputError(f"There is no method {name!r}; the methods are {known}.")
