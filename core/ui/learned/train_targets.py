"""What a training compares its images with: words, equations, and what each target has reached."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.errors import InputError
from core.evaluation.target_scores import TargetRow, load, settings
from core.markdown_table import markdown_table
from core.number_format import percent
from core.ui.lesson import text_with_equations


@dataclass(frozen=True, kw_only=True)
class TargetWords:
    """A target for people: its title, its loss of one scan in words and as LaTeX.

    needs : what must be known. fails : where it must fail.
    """

    title: str
    words: str
    loss: str
    needs: str
    fails: str


_IMAGE = r"\hat m_i &= f_\theta(\mathrm{FBP}(d_i))"
_TURNED = rf"{_IMAGE} \\ t_i &= T_g \hat m_i"
_AGAIN = r"\lVert f_\theta(\mathrm{FBP}(G t_i)) - t_i \rVert^2"
_NOISY = r"\lVert f_\theta(\mathrm{FBP}(G t_i + n')) - t_i \rVert^2"
TARGETS: Mapping[str, TargetWords] = {
    "truth": TargetWords(
        title="Truth",
        words="The image is compared with the **truth**, which a simulation has and a scanner does "
        "not.",
        loss=rf"\begin{{aligned}} {_IMAGE} \\ \ell_i &= \lVert \hat m_i - m_i \rVert^2 "
        r"\end{aligned}",
        needs="true images, as many as possible",
        fails="where there is no truth, and on images unlike those that were learned from",
    ),
    "half": TargetWords(
        title="The other half of the views",
        words="**Noise2Inverse**: every second view makes one image, the views between make "
        "another. The noise in the two has nothing in common, so that nobody can predict the noise "
        "of the one from the other: the best prediction is the image without it. After training "
        "the network is given both halves, and the mean is shown. "
        "(Hendriksen, Pelt and Batenburg, doi:10.1109/TCI.2020.3019647)",
        loss=r"\begin{aligned} \ell_i = \tfrac12 &\lVert f_\theta(\mathrm{FBP}_{J}(d_i)) - "
        r"\mathrm{FBP}_{J'}(d_i) \rVert^2 \\ {}+ \tfrac12 &\lVert f_\theta(\mathrm{FBP}_{J'}(d_i)) "
        r"- \mathrm{FBP}_{J}(d_i) \rVert^2 \end{aligned}",
        needs="noise of mean zero, independent from view to view; its level need not be known",
        fails="where views are missing: streaks are in the target too",
    ),
    "sure": TargetWords(
        title="SURE",
        words="**Stein's unbiased risk estimate**: the residual of the data, corrected by how much "
        "the network passes on of their noise. That is the divergence of $h$, for which one random "
        "vector $b$ suffices. On average over the noise it is the true error, as far as the scan "
        "sees it; without noise it is the residual alone, the same for all images of the same "
        "data. $W$ is the filter of FBP, so that errors are counted in the image. (Stein 1981, "
        "doi:10.1214/aos/1176345632; Ramani, Blu and Unser 2008, doi:10.1109/TIP.2008.2001404)",
        loss=r"\begin{aligned} h(d) &= G f_\theta(\mathrm{FBP}(d)) \\ "
        r"\ell_i &= \lVert h(d_i) - d_i \rVert_W^2 - \sigma^2 \operatorname{tr} W \\ "
        r"&\quad + \tfrac{2\sigma^2}{\varepsilon}\, b^\top W \bigl(h(d_i + \varepsilon b) - h(d_i)"
        r"\bigr) \\ \mathbb E\, \ell_i &= \mathbb E\, \lVert h(d_i) - G m_i \rVert_W^2 "
        r"\end{aligned}",
        needs="Gaussian noise, and its level $\\sigma$",
        fails="in the null space of $G$, of which the data of one scan say nothing",
    ),
    "equivariant": TargetWords(
        title="Equivariant imaging",
        words="A head that is **turned** is still a head. So turn the image by any angle, scan it "
        "again and reconstruct: the same turned image must come out. What the scan did not see of "
        "the head at one angle, it sees at another; that is how something is learned of the null "
        "space. Turning by a quarter would teach nothing: the scanner has that symmetry itself. "
        "(Chen, Tachella and Davies 2021, doi:10.1109/ICCV48922.2021.00434)",
        loss=rf"\begin{{aligned}} {_TURNED} \\ \ell_i &= "
        rf"\lVert G \hat m_i - d_i \rVert_W^2 \\ &\quad + {_AGAIN} \end{{aligned}}",
        needs="images that may be turned, and a scanner that may not",
        fails="with noise: the first term fits it",
    ),
    "robust": TargetWords(
        title="Equivariant imaging with SURE",
        words="**Robust equivariant imaging**: SURE takes the place of the residual, and the "
        "turned image is scanned with new noise $n'$. (Chen, Tachella and Davies 2022, "
        "arXiv:2111.12855)",
        loss=rf"\begin{{aligned}} {_TURNED} \\ \ell_i &= \ell_i^{{\mathrm{{SURE}}}} \\ "
        rf"&\quad + {_NOISY} \end{{aligned}}",
        needs="both: the level of Gaussian noise, and images that may be turned",
        fails="where one of them does not hold",
    ),
}
TITLES = {name: target.title for name, target in TARGETS.items()}


def explain(name: str) -> None:
    """Write the words of a target beside its loss."""
    target = TARGETS[name]
    text_with_equations(target.words, target.loss)
    st.markdown(f"**Needs** {target.needs}. **Fails** {target.fails}.")


def compared() -> None:
    """Offer the table of all targets: what each needs, where it fails, what it has reached."""
    with st.expander("All targets: what they need, and what they reach", icon=":material/table:"):
        headings = ["Target", "needs", "fails"]
        rows = [[one.title, one.needs, one.fails] for one in TARGETS.values()]
        st.markdown(markdown_table(headings, rows, align="l"))
        try:
            scores = load()
        except InputError as error:
            st.info(str(error))
            return
        st.markdown(score_table(scores))
        used = settings()
        slowest = max(scores, key=lambda row: row.seconds)
        st.caption(
            "Mean SNR in dB on six slices of two people whom no training has seen, bold: the best "
            "of those without a truth. Each network was trained once, and 0.2 dB may be chance: "
            "without noise, the last two targets have the same loss. The "
            f"settings are those that this page starts with: {used['images']} images, "
            f"{used['steps']} steps of {used['optimiser'].capitalize()} "
            f"with batches of {used['batch']}. That took {min(row.seconds for row in scores):.0f} "
            f"s of one core at the least and {slowest.seconds:.0f} s at the most "
            f"({TITLES[slowest.target]}, {slowest.views} views)."
        )


def score_table(scores: tuple[TargetRow, ...]) -> str:
    """A line for each number of views and noise level, a column for each target."""
    rows = []
    for views, noise in dict.fromkeys((row.views, row.noise) for row in scores):
        found = {row.target: row for row in scores if (row.views, row.noise) == (views, noise)}
        best = max((row.snr for name, row in found.items() if name != "truth"), default=None)
        cells = [_snr(found.get(name), best) for name in TARGETS]
        fbp = next(iter(found.values())).fbp
        rows.append([str(views), percent(noise), f"{fbp:.1f}", *cells])
    return markdown_table(["views", "noise", "FBP", *TITLES.values()], rows, align="r")


def _snr(row: TargetRow | None, best: float | None) -> str:
    if row is None:
        return "–"
    return f"**{row.snr:.1f}**" if row.snr == best else f"{row.snr:.1f}"
