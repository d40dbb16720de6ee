"""Rows of scores for the tests of their files and tables."""

from core.evaluation.scores import Row


def row(method="fbp", number=0, psnr=20.0, **changes):
    values = {
        "benchmark": "heads",
        "subject": "colin27",
        "noise": 0.0,
        "number": number,
        "method": method,
        "digest": "d",
        "snr": psnr - 8,
        "psnr": psnr,
        "ssim": 0.5,
        "residual": 0.1,
    }
    return Row(**{**values, **changes})
