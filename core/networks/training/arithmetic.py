"""In which numbers a training computes, where that is a matter of time."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def vanishing_as_zero() -> Iterator[None]:
    """Let numbers below 10⁻³⁸ be zero: moments that die away would slow every product down."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def has_bfloat16(device: torch.device) -> bool:
    """Whether products in bfloat16 are what a device is built for; else they take much longer."""
    if device.type != "cpu":
        return True
    able = torch.cpu.get_capabilities()
    return any(has for name, has in able.items() if name.endswith("bf16"))
