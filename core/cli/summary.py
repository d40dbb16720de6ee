"""What a reconstruction came to, in words."""

from collections.abc import Mapping
from typing import Any


def in_words(summary: Mapping[str, Any]) -> str:
    """The measures that a summary has, each with its unit."""
    formats = {
        "snr": "SNR {:.2f} dB",
        "psnr": "PSNR {:.2f} dB",
        "ssim": "SSIM {:.3f}",
        "residual": "residual {:.2%}",
        "samples": "{} samples",
        "residual_of_samples": "residual of each {:.2f} times the noise",
        "spread_over_skill": "spread over skill {:.2f}",
        "coverage_90": "coverage of the 90 % interval {:.1%}",
        "discrepancy": "{:.2f} times the noise",
        "held_out": "views held out {:.2%}",
        "seconds": "{:.2f} s",
    }
    finite = {name: summary[name] for name in formats if summary.get(name) is not None}
    return ", ".join(formats[name].format(value) for name, value in finite.items())
