"""What the command line refuses, and what it warns of, each in a sentence."""

import json
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from core.__main__ import unwind_on_signals
from core.cli.commands import COMMANDS, main
from core.problem.images import StoredImage
from tests.helpers.cli_runner import SMALL, run

ROOT = Path(__file__).parents[2]
LONG = "x" * 300
"""No file system takes such a name."""

BAD = {
    "a method that is none": (["magic"], "There is no method 'magic'; the methods are"),
    "no method at all": ([], "METHOD"),
    "a parameter that is none": (["fbp", "--set", "cutof=1"], "fbp has no parameter 'cutof'"),
    "a value that is none": (["fbp", "--set", "cutoff=wide"], "Cutoff must be a number"),
    "a value out of range": (["fbp", "--set", "cutoff=2"], "Cutoff must be from 0.05 to 1"),
    "a parameter by option and by --set": (
        ["fbp", "--cutoff", "0.5", "--set", "cutoff=0.6"],
        "cutoff is given twice, as '0.5' and as '0.6': give it once.",
    ),
    "a parameter given twice": (["fbp", "--set", "cutoff=1", "cutoff=1"], "is given twice"),
    "a parameter that does nothing": (
        ["robust_least_squares", "--set", "misfit=l1", "threshold=3"],
        "threshold goes with misfit=huber: with misfit=l1 it does nothing.",
    ),
    "no value": (["fbp", "--set", "cutoff"], "--set takes NAME=VALUE, not 'cutoff'"),
    "an image that is none": (["fbp", "--image", "nobody"], "'nobody' is no image"),
    "a slice that is none": (["fbp", "--image", "colin27:9999"], "Slice of colin27 must be"),
    "a file that is none": (["fbp", "--image", "a/b.png"], "'a/b.png' is no image"),
    "no angles": (["fbp", "--angles", "0"], "Number of angles must be from 1 to 720, not 0"),
    "a word for a number": (["fbp", "--angles", "many"], "'many'"),
    "a beam that is none": (["fbp", "--beam", "pyramid"], "Beam must be one of parallel, fan"),
    "a distance without a fan": (["fbp", "--source-origin", "500"], "--beam fan"),
    "a projector of the other beam": (
        ["fbp", "--beam", "fan", "--projector", "linear"],
        "Kernel must be one of strip, line",
    ),
    "a level of no noise": (["fbp", "--level", "0.1"], "--noise-level goes with --noise gaussian"),
    "a seed of no noise": (
        ["fbp", "--seed", "1"],
        "--noise-seed goes with --noise gaussian or --noise poisson",
    ),
    "a seed that is just too large": (
        ["fbp", "--noise", "gaussian", "--noise-seed", "4294967296"],
        "Seed must be from 0 to 4294967295, not 4294967296.",
    ),
    "an arc that is just too long": (
        ["fbp", "--arc", "360.00001"],
        "Arc must be from 0.1 to 360 degrees, not 360.00001.",
    ),
    "a source just inside": (
        ["fbp", "--beam", "fan", "--source-origin", "226.2"],
        "more than 226.27 pixels for a 320×320 image, not 226.2.",
    ),
    "noise that is none": (["fbp", "--noise", "pink"], "Noise must be one of none, gaussian"),
    "an option that is none": (["fbp", "--speed", "9"], "--speed"),
    "a folder that is none": (["fbp", "--out", "/no/such/place.h5"], "There is no folder"),
    "a folder for a file": (["fbp", "--out", "/"], "is a folder"),
    "a slice of 5000 digits": (["fbp", "--image", f"colin27:{'9' * 5000}"], "is no image"),
    "a seed of 5000 digits": (
        ["fdk", "--beam", "cone", "--image", f"balls:{'9' * 5000}"],
        "is no volume",
    ),
    "a seed below 0": (["fdk", "--beam", "cone", "--image", "balls:-1"], "Seed must be from 0"),
    "an image of too long a name": (["fbp", "--image", LONG], "is no image"),
    "a volume of too long a name": (["fdk", "--beam", "cone", "--image", LONG], "is no volume"),
    "a result of too long a name": (["fbp", "--out", f"{LONG}.h5"], "cannot be written: File name"),
    "a result below a file": (["fbp", "--out", f"{__file__}/a/b.h5"], "There is no folder"),
}


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_exit_code_2(capsys, arguments, sentence):
    code, out, err = run(capsys, "solve", *arguments)
    assert code == 2
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1
    assert err.endswith(".\n")


def test_the_image_itself_is_not_written_over(capsys, tmp_path):
    image = tmp_path / "mine.h5"
    with h5py.File(image, "w") as file:
        file["reconstruction_rss"] = np.random.default_rng(0).random((3, 32, 32))
    before = image.read_bytes()
    for words in (f"{image}", f"{image}:1"):
        code, _, err = run(capsys, "solve", "fbp", *SMALL, "--image", words, "--out", str(image))
        assert (code, err.count("\n")) == (2, 1)
        assert "is the image itself" in err
    assert image.read_bytes() == before
    other = tmp_path / "other.h5"
    assert run(capsys, "solve", "fbp", *SMALL, "--image", str(image), "--out", str(other))[0] == 0


def test_a_field_that_cuts_the_image_off_is_said_on_stderr(capsys):
    code, out, err = run(capsys, "solve", "fbp", "--beam", "fan", "--json")
    assert code == 0
    assert "disc of radius 79 pixels whole" in err
    assert "of the image lies outside" in err
    json.loads(out)
    assert "lies outside" not in run(capsys, "solve", "fbp", *SMALL)[2]


def test_a_network_far_from_its_training_is_said_on_stderr(capsys):
    command = ("solve", "unet", "--size", "160", "--detectors", "80", "--projector", "line")
    code, out, err = run(capsys, *command, "--json")
    assert code == 0
    assert "This scan lies outside the training range." in err
    assert "- FBP and U-Net: the line kernel, trained on strip." in err
    json.loads(out)
    assert "trained for" not in run(capsys, *command[:-2])[2]
    assert "trained for" not in run(capsys, "solve", "fbp", *SMALL)[2]


def test_a_reader_who_has_heard_enough_is_no_error():
    command = f"{sys.executable} -m core list | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.startswith("back_projection")
    assert done.stderr == ""


def test_a_truncated_tiff_is_one_sentence(capsys, tmp_path):
    broken = tmp_path / "broken.tif"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)).save(broken)
    broken.write_bytes(broken.read_bytes()[:200])
    code, _, err = run(capsys, "solve", "fbp", "--image", str(broken))
    assert (code, err.count("\n")) == (2, 1)


def test_warnings_of_other_libraries_are_shown(monkeypatch):
    def warn_as(name):
        code = "warnings.warn('look at this', UserWarning)"
        exec(code, {"__name__": name, "warnings": warnings})

    for name in ("torch.nn", "core.methods.fbp", "PILLAR.box"):
        monkeypatch.setitem(COMMANDS, "list", lambda chosen, name=name: warn_as(name))
        with pytest.warns(UserWarning, match="look at this"):
            main(["list"])
    for name in ("PIL.TiffImagePlugin", "pydicom.valuerep"):
        monkeypatch.setitem(COMMANDS, "list", lambda chosen, name=name: warn_as(name))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert main(["list"]) == 0


def test_a_truncated_file_is_one_sentence(capsys, tmp_path):
    broken = tmp_path / "broken.npy"
    np.save(broken, np.ones((64, 64)))
    broken.write_bytes(broken.read_bytes()[:500])
    code, _, err = run(capsys, "solve", "fbp", "--image", str(broken))
    assert (code, err.count("\n")) == (2, 1)


def test_what_is_no_finite_number_becomes_null(capsys, monkeypatch):
    class Empty(StoredImage):
        def read(self, size):
            return np.zeros((size, size), np.float32)

    # The SNR of nothing against nothing is 0/0, and so is a residual relative to no data.
    monkeypatch.setattr("core.cli.scan_options.parse_image", lambda *_: Empty())
    code, out, _ = run(capsys, "solve", "fbp", *SMALL, "--json")
    assert code == 0
    summary = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert (summary["snr"], summary["residual"], summary["objective"]) == (None, None, 0.0)
    code, out, _ = run(capsys, "solve", "fbp", *SMALL)
    assert code == 0
    assert "SNR" not in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_a_command_unless_it_is_ignored(number, monkeypatch):
    ended = []
    monkeypatch.setattr(signal, "signal", lambda *change: ended.append(change))
    for before in (signal.SIG_DFL, signal.SIG_IGN, unwind_on_signals):
        monkeypatch.setattr(
            signal, "getsignal", lambda other, b=before: b if other == number else signal.SIG_IGN
        )
        unwind_on_signals()
    ((changed, unwind),) = ended
    assert changed == number
    with pytest.raises(SystemExit) as end:
        unwind(number, None)
    assert end.value.code == 128 + number
