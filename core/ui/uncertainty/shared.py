"""What the steps share: the question that is sampled, and the scans to try."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.support.sampling import SamplingMethod
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem.measurement import Source
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.out_of_distribution import training_notice
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.scan.link import SCANNER_NAMES, scan_query

SAMPLERS: Mapping[str, type[SamplingMethod]] = {
    method.name: method for method in METHODS if issubclass(method, SamplingMethod)
}
_WHICH = Parameter(
    name="sampler",
    default="diffpir",
    choices=("diffpir", "split_gibbs", "annealed_langevin", "gaussian_posterior"),
    words={name: method.title for name, method in SAMPLERS.items()},
    title="Sampler",
)
COUNTS = (4, 8, 12, 16, 24, 32, 48, 64)
SIZE = 160
SCANS = {
    "41 views": EvenViews(angles=41),
    "21 views": EvenViews(angles=21),
    "27 views over 120°": EvenViews(angles=27, arc=120.0),
}


def scans_to_try(scan: Scan) -> None:
    """Draw a button for each scan on which the samplers were measured."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Scan:", width="content")
        for title, views in SCANS.items():
            wanted = replace(
                scan,
                size=SIZE,
                beam=ParallelBeam(views=views, detectors=SIZE // 2, detector_width=2.0),
                kernel="strip",
                noise=GaussianNoise(level=0.01),
                finer_grid=False,
                imperfections=(),
            )
            st.button(
                title,
                key=f"scan of {title}",
                help="160 × 160 pixels, 80 detectors, 1 % noise: a sample in half a second to two "
                "seconds.",
                on_click=permalink.follow,
                args=(scan_query(wanted), (*SCANNER_NAMES, "size")),
                disabled=wanted == scan,
            )


def ask_sampler(scan: Scan | None) -> SamplingMethod:
    """Draw the choice of the sampler and its controls, and of scans to try; return the sampler."""
    left, right = st.columns([5, 4], gap="medium", vertical_alignment="bottom")
    with left:
        name = str(control(_WHICH))
    if scan is not None:
        with right:
            scans_to_try(scan)
    method = SAMPLERS[name]
    asked = [p for p in parameters_of(method) if p.name not in ("data_noise", "half_precision")]
    columns = st.columns(len(asked), gap="medium")
    values = {}
    for place, parameter in zip(columns, asked, strict=True):
        shared = parameter.name in ("samples", "seed")
        with place:
            values[parameter.name] = control(
                parameter,
                name=parameter.name if shared else f"{name}.{parameter.name}",
                key=f"uncertainty {parameter.name if shared else f'{name}.{parameter.name}'}",
                options=COUNTS if parameter.name == "samples" else (),
            )
    return method(**values)


def notices(source: Source, method: SamplingMethod) -> None:
    """Say where the data are not such as the denoiser, or the sampler, was made for."""
    if text := training_notice(source, {f"**{method.title}**": method.name}):
        st.warning(text, icon=":material/warning:")
    if isinstance(source, Scan) and not source.noise.present:
        st.info(
            "These data have no noise, but the samplers estimate it from the data, where fine "
            "detail counts as noise: about 1 % of the mean at 160 × 160 pixels. So they trust the "
            "data less than they could."
        )
    elif isinstance(source, Scan) and source.noise.name != GaussianNoise.name:
        st.info(
            f"The data have {source.noise.kind}; the samplers take it for white noise of the same "
            "mean square, and so trust the thick rays too much."
        )
