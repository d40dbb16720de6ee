"""A page with six images that change with a slider, drawn in one of several ways.

`core.benchmarks.paint_bench` has Streamlit serve it: ``streamlit run six_images.py -- WAY``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import plotly.express as px
import streamlit as st
from plotly import graph_objects as go
from plotly.subplots import make_subplots

from core.ui.figures.panels import Panel, image_panels

SIZE, COUNT, COLUMNS = 320, 6, 3
HEIGHT = 800


def title(step: int, number: int) -> str:
    """Return the title of image `number`, counted from 1."""
    return f"step {step}, {number}"


def heatmaps(images: np.ndarray, titles: list[str], *, lists: bool) -> None:
    """Draw images of shape (COUNT, SIZE, SIZE) as ``go.Heatmap``.

    lists : hand over lists of numbers, as text in JSON; else arrays, which Plotly encodes as
        base64 of their bytes.
    """
    figure = make_subplots(rows=COUNT // COLUMNS, cols=COLUMNS, subplot_titles=titles)
    for number, image in enumerate(images):
        heatmap = go.Heatmap(
            z=image.tolist() if lists else image, zmin=0, zmax=1, coloraxis="coloraxis"
        )
        figure.add_trace(heatmap, row=number // COLUMNS + 1, col=number % COLUMNS + 1)
    figure.update_layout(height=HEIGHT, coloraxis={"colorscale": "gray"})
    st.plotly_chart(figure, key="six")


def pictures(images: np.ndarray, titles: list[str]) -> None:
    """Draw images as PNGs by ``px.imshow``: 256 grey levels, and no values under the pointer."""
    figure = px.imshow(
        images, facet_col=0, facet_col_wrap=COLUMNS, zmin=0, zmax=1, binary_string=True
    )
    # Plotly names them "facet_col=0" and so on.
    figure.for_each_annotation(lambda text: text.update(text=titles[int(text.text.split("=")[1])]))
    figure.update_layout(height=HEIGHT)
    st.plotly_chart(figure, key="six")


def panels(images: np.ndarray, titles: list[str]) -> None:
    """Draw images as the laboratory does."""
    shown = [
        Panel(title=title, image=image, alt=title, low=0, high=1)
        for title, image in zip(titles, images, strict=True)
    ]
    image_panels(shown, key="six", columns=COLUMNS)


WAYS: dict[str, Callable[[np.ndarray, list[str]], None]] = {
    "panels": panels,
    "heatmaps from lists": lambda images, titles: heatmaps(images, titles, lists=True),
    "heatmaps from arrays": lambda images, titles: heatmaps(images, titles, lists=False),
    "pictures": pictures,
}


def page(way: str) -> None:
    """Show the six images of a step."""
    st.set_page_config(layout="wide")
    step = st.slider("step", 0, 50)
    images = np.random.default_rng(step).random((COUNT, SIZE, SIZE), dtype=np.float32)
    WAYS[way](images, [title(step, number) for number in range(1, COUNT + 1)])


if __name__ == "__main__":
    page(sys.argv[1])
