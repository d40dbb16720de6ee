"""Images unlike those that a network was trained on."""

import numpy as np
import pytest

from core.problem.images import (
    Drawing,
    Lesion,
    RandomEllipses,
    SheppLogan,
    StoredImage,
    UploadedImage,
    UploadInfo,
    WithLesion,
    demo_sets,
)
from core.problem.scan import Scan
from core.studies.available_methods import training_card
from core.studies.out_of_distribution import OWN_IMAGE, out_of_distribution, training_notice

OWN = UploadedImage(
    digest="0" * 64,
    info=UploadInfo(title="photo.png", kind="PNG", dataset="", shape=(1, 8, 8)),
    slice=0,
    pixels=np.ones((8, 8), np.float32),
)
"""A file of a visitor, which may show a head or not."""

ON_HEADS = ("unet", "learned_primal_dual", "plug_and_play", "red", "convex_ridge")


@pytest.mark.parametrize("method", ON_HEADS)
def test_an_image_that_is_no_head_of_the_lab_is_named(method):
    card = training_card(method)

    def ways(image):
        return out_of_distribution(Scan(image=image), card)

    assert ways(Drawing()) == ["a drawing, trained on heads"]
    assert ways(WithLesion(image=Drawing(), lesion=Lesion())) == ["a drawing, trained on heads"]
    assert ways(SheppLogan()) == ["a phantom, trained on heads"]
    assert ways(RandomEllipses()) == ["a phantom, trained on heads and a few random ellipses"]
    assert ways(OWN) == [OWN_IMAGE]
    for entry in demo_sets():
        head = StoredImage(set=entry.name, slice=entry.default_slice)
        assert ways(head) == ways(WithLesion(image=head, lesion=Lesion())) == []


def test_of_an_image_of_ones_own_it_is_said_that_it_may_be_unlike_the_training():
    own = Scan(image=OWN)
    heading, _, line = training_notice(own, {"U-Net": "unet"}).splitlines()
    assert heading.startswith("This scan may lie outside the training range. ")
    assert line == f"- U-Net: {OWN_IMAGE}."
    assert "which may be a head or not" in OWN_IMAGE
    # Anything else that is unlike the training is certain.
    for scan in (Scan(image=OWN, kernel="line"), Scan(image=Drawing())):
        assert training_notice(scan, {"U-Net": "unet"}).startswith("This scan lies outside ")
    assert training_notice(own, {"Varied": "learned_primal_dual_varied"}) == ""
