"""`python -m core train`: networks trained one after the other, reported in lines."""

from dataclasses import replace

from tqdm import tqdm

from core.errors import InputError, require_number
from core.networks.catalogue import PLANS, plan_named
from core.networks.training.training import Report, Settings, train


def train_networks(
    network: str, *, steps: int | None, seed: int, threads: int, fresh: bool, further: bool
) -> None:
    """Train one network, or `all`, and say where its weights are.

    Raises
    ------
    InputError
        If there is no such network, the loss is not finite, or nothing is left to be done.
    """
    if steps is not None:
        require_number("Steps", steps, low=1, high=10_000_000, whole=True)
    require_number("Threads", threads, low=1, high=256, whole=True)
    require_number("Seed", seed, low=0, high=2**32 - 1, whole=True)
    settings = Settings(
        name=network, steps=steps, seed=seed, threads=threads, fresh=fresh, further=further
    )
    if network == "all":
        for name in PLANS:
            try:
                _train(replace(settings, name=name))
            except InputError as error:
                print(error)
        return
    plan_named(network)
    _train(settings)


def _train(settings: Settings) -> None:
    with tqdm(desc=settings.name, unit="step") as bar:

        def write(report: Report) -> None:
            bar.total = report.steps
            bar.n = report.step
            bar.refresh()
            scores = "  ".join(
                f"{name} {score:.2f} dB" for name, score in (report.scores or {}).items()
            )
            left = (report.steps - report.step) / report.rate / 60
            bar.write(
                f"step {report.step} of {report.steps}, {report.rate:.2f} steps a second, "
                f"{left:.0f} minutes left, loss {report.loss:.3f}  {scores}".rstrip()
            )

        path = train(settings, write)
    print(f"The weights are in {path}.")
