"""Whether the processor computes in bfloat16 by itself."""

from functools import cache
from pathlib import Path

CPU = Path("/proc/cpuinfo")


@cache
def has_bfloat16() -> bool:
    """Whether the processor computes in bfloat16 by itself: where it does not, that is far slower.

    Linux says so; elsewhere the answer is no.
    """
    return CPU.exists() and "bf16" in CPU.read_text(encoding="utf-8")
