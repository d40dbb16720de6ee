"""What can be taken away: names of files, settings and back, tables, and arrays."""

import csv
import io
import json
import math
from dataclasses import replace

import h5py
import numpy as np
import pytest

from core.errors import InputError
from core.evaluation.comparison_table import compared_rows, table_csv, table_latex
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.latex_table import latex_table
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.problem.images import RandomEllipses, StoredImage, open_upload
from core.problem.measured import Acquisition, MeasuredScan, parse_series
from core.problem.scan import Scan
from core.studies.comparison import Comparison
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.result_file import comparison_bytes, reconstruction_bytes
from core.studies.slices import scans_like
from core.ui.compare.take_away import solved_method
from core.ui.controls.settings_file import Settings, read_settings
from core.ui.file_names import file_name, scan_note

SCAN = Scan(
    size=64,
    image=RandomEllipses(seed=1),
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0),
)
PAGES = {"Compare": "pages/compare.py"}


def test_a_name_says_the_method_the_scan_and_the_day(tmp_path):
    name = file_name("learned_primal", Scan(image=StoredImage(slice=3)), "h5")
    assert name.startswith("learned_primal_colin27")
    assert name[-13:-3].count("-") == 2
    np.save(tmp_path / "Mrs Smith.npy", np.eye(8))
    mine = Scan(image=open_upload("Mrs Smith.npy", tmp_path / "Mrs Smith.npy"))
    assert "own-image" in file_name("fbp", mine, "py")
    np.savez(tmp_path / "Mr Smith.npz", sinogram=np.eye(8), theta=np.arange(8.0) * 20)
    series = parse_series(str(tmp_path / "Mr Smith.npz"))
    assert "fbp_own-sinogram_" in file_name("fbp", MeasuredScan(series=series), "py")
    # A dash of print is no letter to be left out: slice 3 of 0–80 is not one of 080.
    assert name.startswith("learned_primal_colin27-t1-weighted-slice-3-of-0-80_")


def test_a_table_says_of_which_scan_it_is():
    assert scan_note(Scan()) == Scan().label
    assert scan_note(SCAN).splitlines()[1].startswith("image=ellipses, image_seed=1, size=64, ")
    measured = MeasuredScan(acquisition=Acquisition(angle_unit="degrees"))
    assert scan_note(measured) == f"{measured.label}\nangle_unit=degrees"


def test_settings_come_back_from_their_file():
    settings = Settings(page="Compare", query={"size": "96", "methods": "fbp,cgls"})
    assert read_settings(settings.to_text().encode(), PAGES) == settings


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[1]", "holds no settings"),
        (b'{"inverse problems": 7}', "format 7"),
        (b'{"inverse problems": 1, "page": "Elsewhere", "settings": {}}', "none of that name"),
        (b'{"inverse problems": 1, "page": ["Compare"], "settings": {}}', "none of that name"),
        (b'{"inverse problems": 1, "page": "Compare", "settings": {"size": 9}}', "damaged"),
        (b'{"inverse problems": 1, "page": "Compare"}', "damaged"),
        (b" " * 300_000, "at most 200 kB"),
    ],
)
def test_a_damaged_file_of_settings_gets_a_sentence(content, sentence):
    with pytest.raises(InputError, match=sentence):
        read_settings(content, PAGES)


def test_what_latex_would_take_for_its_own_is_escaped():
    table = latex_table(
        ["a & b", "100 %"],
        [["x_1", "1 ± 2"], ["‖Gm̂‖", "−3"], ["a-1", "2.5e−03"], ["1×10⁻⁵", "4.2×10¹²"]],
        note="of a scan",
    )
    assert table.splitlines() == [
        r"% \usepackage{booktabs}",
        "% of a scan",
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"a \& b & 100 \% \\",
        r"\midrule",
        r"x\_1 & 1 $\pm$ 2 \\",
        r"$\|$G$\hat{m}$$\|$ & $-$3 \\",
        r"a-1 & $2.5 \times 10^{-3}$ \\",
        r"$1 \times 10^{-5}$ & $4.2 \times 10^{12}$ \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


@pytest.fixture(scope="module")
def compared():
    candidates = (
        EvaluatedMethod(method=FBP()),
        EvaluatedMethod(method=CGLS(iterations=9), tuning="oracle"),
    )
    comparison = Comparison(
        scans=scans_like(SCAN, 2), candidates=candidates, title="Away", keep="single"
    )
    return comparison, comparison.compute(lambda *args, **options: False)


def test_the_tables_of_a_comparison_have_all_numbers(compared):
    rows = compared_rows(*compared)
    table = list(csv.DictReader(io.StringIO(table_csv(rows))))
    assert [line["method"] for line in table] == ["Filtered back-projection", "CGLS"]
    assert float(table[0]["snr"]) == rows[0].numbers["snr"][0]
    assert float(table[1]["ssim_deviation"]) == rows[1].numbers["ssim"][1]
    single = [replace(row, numbers={"snr": (row.numbers["snr"][0], math.nan)}) for row in rows]
    (one, _) = csv.DictReader(io.StringIO(table_csv(single)))
    assert (one["snr"], one["snr_deviation"]) == (table[0]["snr"], "")
    assert table[1]["setting"] == "oracle"
    latex = table_latex(rows, "Ellipses")
    assert latex.count(r"\\") == 3
    assert r"oracle: iterations" in latex


def test_a_comparison_as_hdf5_has_every_image_and_its_scores(compared):
    comparison, result = compared
    with h5py.File(io.BytesIO(comparison_bytes(comparison, result))) as file:
        assert set(file["images"]) == {"fbp_default", "cgls_oracle"}
        for number, name in enumerate(file["images"]):
            place = {"fbp_default": 0, "cgls_oracle": 1}[name]
            image = file["images"][name]
            assert image.shape == (2, 64, 64), number
            np.testing.assert_array_equal(image[1], result.image(1, place))
            np.testing.assert_array_equal(image.attrs["score_snr"], result["snr"][:, place])
        measurements = [scan.simulate() for scan in comparison.scans]
        np.testing.assert_array_equal(file["truth"][1], measurements[1].truth)
        np.testing.assert_array_equal(file["sinogram"][0], measurements[0].data)
        np.testing.assert_allclose(file["angles_deg"], SCAN.beam.angles_deg)
        assert file.attrs["size"] == 64


def test_the_recipe_of_a_tuned_row_has_its_value(compared):
    comparison, result = compared
    plain, tuned = compared_rows(comparison, result)
    assert solved_method(comparison, plain) == FBP()
    method = solved_method(comparison, tuned)
    assert method.iterations == result["iterations"][0, 1]
    image = reconstruct(method, comparison.scans[0].simulate()).image
    np.testing.assert_array_equal(image, result.image(0, 1))


def test_measured_data_are_written_with_their_angles():
    series = MeasuredScan()
    result = reconstruct(FBP(), series.measurement())
    with h5py.File(io.BytesIO(reconstruction_bytes(series, result))) as file:
        assert "truth" not in file
        np.testing.assert_allclose(file["angles_deg"], series.beam.angles_deg)
        np.testing.assert_array_equal(file["image"], result.image)
        assert file.attrs["key"] == series.key


def test_the_settings_are_plain_json():
    text = Settings(page="Compare", query={"size": "96"}).to_text()
    assert json.loads(text)["settings"] == {"size": "96"}
