"""Jobs run several at once: PyTorch takes one thread in each, whichever study it is."""

import pytest
import torch

from core.methods.deep_image_prior import DeepImagePrior
from core.problem.images import SheppLogan
from core.problem.scan import Scan
from core.studies.reconstruction import ReconstructionStudy

STUDY = ReconstructionStudy(
    scan=Scan(image=SheppLogan(), size=64), method=DeepImagePrior(iterations=1, channels=4)
)


@pytest.mark.parametrize("runner", [STUDY.task, STUDY.pack()], ids=["here", "packed"])
def test_a_job_takes_one_thread_of_pytorch(runner):
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        runner.run(lambda *_, **__: False)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
