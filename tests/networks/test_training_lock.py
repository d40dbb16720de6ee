"""Two trainings of one network at the same time would overwrite each other's state."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.commands import main
from core.errors import InputError
from core.networks.training import training
from core.networks.training.training_lock import training_lock
from tests.helpers.small_training import trained

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from core.networks.training.training_lock import training_lock

with training_lock(sys.argv[1], Path(sys.argv[2])):
    print("held", flush=True)
    time.sleep(600)
"""

pytestmark = pytest.mark.usefixtures("small_training")


def state_of(name):
    return training.cache_folder("training") / f"{name}.safetensors"


@pytest.fixture
def other():
    """Another process that has the lock of the training of the denoiser."""
    words = [sys.executable, "-c", HOLD, "denoiser", state_of("denoiser")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_training_is_refused_and_touches_nothing(other, capsys):
    state_of("denoiser").write_bytes(b"of the first")
    assert main(["train", "denoiser", "--fresh", "--steps", "2"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("Another process is training denoiser, ")
    assert said.endswith("wait until it is over, or end it, and start this training again.")
    assert state_of("denoiser").read_bytes() == b"of the first"


def test_another_network_may_be_trained_meanwhile(other):
    with (
        training_lock("unet", state_of("unet")),  # and is locked in turn:
        pytest.raises(InputError, match="is training unet"),
        training_lock("unet", state_of("unet")),
    ):
        pass


def test_the_lock_goes_away_with_a_process_that_is_killed(other):
    other.kill()
    other.wait()
    assert trained(steps=2).card["steps"] == 2
    assert trained(steps=3).card["steps"] == 3  # nor does a training that is over hold it
