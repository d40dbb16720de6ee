"""`solve` for methods that draw samples: what is printed and written in place of one image."""

from pathlib import Path
from typing import Any

import h5py
from tqdm import tqdm

from core.array_types import Image
from core.cli.data import Judge
from core.cli.result_file import written_whole
from core.methods.base import Method
from core.methods.support.sampling import SamplingMethod
from core.parameters import values_of
from core.problem.measurement import Measurement, Source
from core.studies.posterior_samples import draw, informed, judged
from core.studies.result_file import Attributes, write_samples


def with_noise_of(method: Method, source: Source) -> Method:
    """The method that `solve` runs: a sampler is told the noise of its data where that is known."""
    if isinstance(method, SamplingMethod):
        return informed(method, source.measurement())
    return method


def solve_by_samples(
    method: SamplingMethod,
    measurement: Measurement,
    path: Path | None,
    attributes: Attributes,
    judge: Judge,
) -> dict[str, Any]:
    """Draw the samples, write them as HDF5 if there is a `path`, and return the summary.

    `judge` judges their mean. Raises `InputError` where they are too many or cannot be written.
    """
    method = informed(method, measurement)
    method.check_fits(measurement.operator.size)
    steps = method.steps_planned(measurement.operator)
    with tqdm(total=steps, desc=method.title, unit="step") as bar:

        def advance(
            step: int,
            steps: int,
            *,
            image: Image | None = None,
            history: object = None,
            part: str = "",
            parts: tuple[Any, ...] = (),
        ) -> bool:
            bar.update()
            return False

        samples = draw(method, measurement, advance)
    if path is not None:
        with written_whole(path) as stream, h5py.File(stream, "w") as file:
            write_samples(file, measurement, method, samples, attributes)
    return {
        "method": method.name,
        "parameters": dict(values_of(method)),
        **judged(samples, measurement),
        **judge(samples.mean),
        "seconds": samples.seconds,
        "stop": "finished",
    }
