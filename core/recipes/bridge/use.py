"""PyTorch's optimisers on an inverse problem, with G given to PyTorch by its adjoint.

- linear: argmin ½‖d − Gm‖² + α‖m‖² + β‖∂ₓm‖² + γ‖∂_z m‖², which LSQR solves as well, as the
  least-squares system [G; √(2α); √(2β) ∂ₓ; √(2γ) ∂_z] m ≈ [d; 0; 0; 0];
- photons: the same with g(m) = exp(−s Gm) and d the fraction of the photons that came through,
  which no linear solver takes;
- prior: argmin over θ of ½‖d − G f_θ(z)‖², a network's weights in place of the pixels (Ulyanov,
  Vedaldi and Lempitsky 2018, doi:10.1109/CVPR.2018.00984).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pylops
import torch
from numpy.typing import NDArray
from pylops.medical import CT2D
from pylops.optimization.cls_basic import LSQR

PROBLEM = "linear"  # or "photons", "prior"
OPTIMISER = "L-BFGS"  # or "SGD", "momentum", "Adam"
SIZE = 64
ANGLES = 41
ALPHA = 0.0
BETA = 1.0
GAMMA = 1.0
STEP = 1.0  # times what is customary for the optimiser
ITERATIONS = 40

Array = NDArray[np.floating[Any]]
Objective = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Iterate:
    """An image, its objective, and how often G and Gᵀ had been applied when it was reached."""

    image: Array
    objective: float
    projections: int


def derivatives(dims: tuple[int, int]) -> tuple[Any, Any]:
    """∂ₓ along the columns and ∂_z along the rows, as one-sided differences."""
    x, z = (
        pylops.FirstDerivative(dims, axis=axis, kind="forward", dtype="float32") for axis in (1, 0)
    )
    return x, z


def penalised(
    predict: Objective, data: Array, dims: tuple[int, int], alpha: float, beta: float, gamma: float
) -> Objective:
    """The objective ½‖d − g(m)‖² + α‖m‖² + β‖∂ₓm‖² + γ‖∂_z m‖² of an image m."""
    d = torch.from_numpy(data.astype(np.float32))
    dx, dz = (pylops.TorchOperator(derivative).apply for derivative in derivatives(dims))

    def objective(m: torch.Tensor) -> torch.Tensor:
        misfit = (d - predict(m)).square().sum()
        across, down = (derivative(m).square().sum() for derivative in (dx, dz))
        size = m.square().sum()
        value: torch.Tensor = 0.5 * misfit + alpha * size + beta * across + gamma * down
        return value

    return objective


def attenuated(operator: Any, scale: float) -> Objective:
    """g(m) = exp(−s Gm), the fraction of the photons that comes through."""
    G = pylops.TorchOperator(operator).apply
    return lambda m: torch.exp(-scale * G(m))


def largest_eigenvalue(operator: Any, steps: int = 30) -> float:
    """Of GᵀG, by power iteration."""
    image, value = np.ones(operator.dims, np.float32), 0.0
    for _ in range(steps):
        image = operator.H @ (operator @ (image / np.linalg.norm(image)))
        value = float(np.linalg.norm(image))
    return value


def make_optimiser(
    name: str, parameters: list[torch.Tensor], step: float, curvature: float
) -> torch.optim.Optimizer:
    """PyTorch's optimiser; `step` multiplies 1 / curvature, or what is customary without it."""
    if name == "SGD":
        return torch.optim.SGD(parameters, lr=step / curvature)
    if name == "momentum":
        return torch.optim.SGD(parameters, lr=step / curvature, momentum=0.9)
    if name == "Adam":
        return torch.optim.Adam(parameters, lr=0.02 * step)
    # One iteration per step; PyTorch's own limit would leave its line search no evaluation.
    return torch.optim.LBFGS(
        parameters, lr=step, max_iter=1, max_eval=25, line_search_fn="strong_wolfe"
    )


def minimise(
    objective: Objective,
    image: Callable[[], torch.Tensor],
    optimiser: torch.optim.Optimizer,
    iterations: int,
) -> Iterator[Iterate]:
    """Yield the image before the first step and after every one; ends early when it diverges."""
    projections = 0

    def closure() -> float:
        nonlocal projections
        projections += 2
        optimiser.zero_grad()
        value = objective(image())
        value.backward()
        return value.item()

    def now() -> Iterate:
        with torch.no_grad():
            m = image()
            value = objective(m).item()
        return Iterate(image=m.detach().numpy().copy(), objective=value, projections=projections)

    current = now()
    yield current
    bound = 1e3 * current.objective
    for _ in range(iterations):
        optimiser.step(closure)
        current = now()
        yield current
        if not current.objective <= bound:
            return


def descend(
    objective: Objective,
    dims: tuple[int, int],
    optimiser: str,
    step: float,
    curvature: float,
    iterations: int,
) -> Iterator[Iterate]:
    """Minimise over the pixels, from an image of zeros; `curvature` bounds that of `objective`."""
    m = torch.zeros(dims, requires_grad=True)
    algorithm = make_optimiser(optimiser, [m], step, curvature)
    return minimise(objective, lambda: m, algorithm, iterations)


def decoder(size: int, channels: int) -> torch.nn.Sequential:
    """f_θ: from z (1, channels, size/8, size/8) to an image (1, 1, size, size)."""
    layers: list[torch.nn.Module] = []
    for scale in (4, 2, 1):
        layers += [
            torch.nn.Conv2d(channels, channels, 3, padding=1),
            torch.nn.GroupNorm(1, channels),
            torch.nn.LeakyReLU(0.1),
            torch.nn.Upsample(size=size // scale, mode="bilinear"),
        ]
    return torch.nn.Sequential(*layers, torch.nn.Conv2d(channels, 1, 3, padding=1))


def deep_prior(
    operator: Any, data: Array, channels: int, step: float, iterations: int, seed: int = 0
) -> Iterator[Iterate]:
    """Minimise ½‖d − G f_θ(z)‖² over θ with Adam, z random and fixed."""
    torch.manual_seed(seed)
    size = operator.dims[0]
    network, z = decoder(size, channels), torch.randn(1, channels, size // 8, size // 8)
    objective = penalised(pylops.TorchOperator(operator).apply, data, operator.dims, 0, 0, 0)
    algorithm = torch.optim.Adam(network.parameters(), lr=0.01 * step)
    return minimise(objective, lambda: network(z)[0, 0], algorithm, iterations)


def lsqr(
    operator: Any, data: Array, alpha: float, beta: float, gamma: float, iterations: int
) -> Iterator[Iterate]:
    """Solve the linear problem with PyLops' LSQR, step by step."""
    dx, dz = derivatives(operator.dims)
    identity = pylops.Identity(operator.shape[1], dtype="float32")
    rows = [(2 * alpha) ** 0.5 * identity, (2 * beta) ** 0.5 * dx, (2 * gamma) ** 0.5 * dz]
    system = pylops.VStack([operator, *rows], dtype="float32")
    right_side = np.zeros(system.shape[0], np.float32)
    right_side[: data.size] = data.ravel()

    solver = LSQR(system)
    x = solver.setup(right_side, atol=0, btol=0, conlim=0, niter=iterations, calc_var=False)
    for number in range(iterations + 1):
        misfit = system.matvec(x.astype(np.float32)) - right_side
        yield Iterate(
            image=x.reshape(operator.dims).astype(np.float32),
            objective=0.5 * float(np.vdot(misfit, misfit)),
            projections=2 * number + 1,
        )
        if number < iterations:
            x = solver.step(x)


def run(
    problem: str,
    operator: Any,
    data: Array,
    optimiser: str,
    weights: tuple[float, float, float],
    step: float,
    largest: float,
    iterations: int,
) -> Iterator[Iterate]:
    """Solve one of the three problems; `largest` is ‖G‖², `weights` are α, β and γ."""
    if problem == "prior":
        return deep_prior(operator, data, channels=16, step=step, iterations=iterations)
    if optimiser == "LSQR":
        return lsqr(operator, data, *weights, iterations)
    alpha, beta, gamma = weights
    curvature = largest + 2 * alpha + 8 * beta + 8 * gamma
    if problem == "photons":
        # The thickest ray lets e⁻⁴ of its photons through. For small s the problem is the linear
        # one times s²: weights and curvature are scaled alike.
        scale = 4 / float(data.max())
        alpha, beta, gamma = (scale**2 * weight for weight in weights)
        curvature *= scale**2
        predict, data = attenuated(operator, scale), np.exp(-scale * data)
    else:
        predict = pylops.TorchOperator(operator).apply
    objective = penalised(predict, data, operator.dims, alpha, beta, gamma)
    return descend(objective, operator.dims, optimiser, step, curvature, iterations)


def main() -> None:
    """Solve the problem chosen above for the scan of an ellipse."""
    views = np.arange(ANGLES) * np.pi / ANGLES
    operator = CT2D((SIZE, SIZE), 2.0, SIZE // 2, views, engine="cpu")
    z, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    truth = np.float32((x / 0.6) ** 2 + (z / 0.8) ** 2 < 1)
    clean = operator @ truth
    weights = ALPHA, BETA, GAMMA
    largest = largest_eigenvalue(operator)

    if PROBLEM == "linear":
        *_, reference = lsqr(operator, clean, *weights, ITERATIONS)
        print(f"LSQR: objective {reference.objective:.6g}")
    iterates = run(PROBLEM, operator, clean, OPTIMISER, weights, STEP, largest, ITERATIONS)
    for number, iterate in enumerate(iterates):
        if number % 10 == 0:
            error = np.linalg.norm(iterate.image - truth) / np.linalg.norm(truth)
            print(f"{number:4}: objective {iterate.objective:.6g}, error {error:.3f}")


if __name__ == "__main__":
    main()
