"""Figures of known content, for the browser tests and for the eye."""

import numpy as np
import streamlit as st

from core.ui.figures.panels import Axis, Overlay, Panel, image_panels
from core.ui.figures.plot import player, plot
from core.ui.style import BLUE

st.set_page_config(page_title="Figures", layout="wide")

st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.write(f"run {st.session_state['runs']}")
seed = st.slider("seed", 0, 20, 3)
rows, columns = np.mgrid[:64, :64]
ramp = (rows * 64 + columns).astype(np.float32)
noise = np.random.default_rng(seed).normal(size=(64, 64)).astype(np.float32)
st.write(f"noise at (10, 20) is {noise[10, 20]:.4g}")
holed = np.where((rows - 32) ** 2 + (columns - 32) ** 2 < 100, np.nan, ramp)
sinogram = np.sin(np.linspace(0, np.pi, 41))[:, None] * np.ones(160, np.float32)
angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
turning = Overlay(
    x=32 + 40 * np.cos(angles)[:, None] * [-1, 1], y=32 + 40 * np.sin(angles)[:, None] * [-1, 1]
)

clicks = image_panels(
    [
        Panel(title="Ramp", caption="row × 64 + column", image=ramp, alt="A ramp.", unit="1/px"),
        Panel(
            title="A hole", image=holed, alt="A ramp with a hole.", unit="1/px", low=0, high=4095
        ),
        Panel(title="Noise", image=noise, alt="Noise.", low=-3, high=3, colormap="diverging"),
    ],
    key="three",
    columns=3,
    on_point=True,
)
st.write(f"clicked {clicks}")

image_panels(
    [
        Panel(title="Gantry", image=ramp, alt="Turning.", overlays=[turning], padding=12),
        Panel(
            title="Sinogram",
            image=sinogram,
            alt="A sinogram.",
            x_axis=Axis(title="detector", first=0, last=159),
            y_axis=Axis(title="angle", first=0, last=175.6, unit="°"),
            overlays=[
                Overlay(
                    x=np.tile([-0.5, 159.5], (24, 1)),
                    y=np.repeat(np.linspace(0, 40, 24), 2).reshape(24, 2),
                    colour="#4fd2ff",
                )
            ],
        ),
    ],
    key="gantry figure",
    columns=2,
    player="gantry",
)
frame = player([f"{15 * k}°" for k in range(24)], key="gantry", alt="angle", seconds=2)
st.write(f"rests at {frame}")

iterates = [(k * ramp / 23).astype(np.float32) for k in range(24)]
image_panels(
    [
        Panel(title="Iterate", image=iterates, alt="Iterates.", low=0, high=4095),
        Panel(
            title="Error",
            image=iterates,
            minus=ramp,
            alt="Errors.",
            low=-4095,
            high=4095,
            colormap="diverging",
            caption=[f"caption {k}" for k in range(24)],
        ),
    ],
    key="iterates",
    columns=2,
    player="gantry",
    tallest=240,
)

x = np.linspace(0, 10, 200)
point = plot(
    {
        "data": [
            {
                "type": "scatter",
                "x": x,
                "y": np.sin(x + seed),
                "name": "sine",
                "line": {"color": BLUE},
            },
            {"type": "scatter", "x": x, "y": np.cos(x), "name": "follows"},
        ],
        "layout": {"xaxis": {"title": {"text": "place (px)"}}, "yaxis": {"range": [-1.2, 1.2]}},
    },
    key="curve",
    height=320,
    alt="Two waves.",
    on_point=True,
    player="gantry",
    frames={1: {"y": np.cos(x + angles[:, None])}},
)
st.write(f"point {point}")
