"""Whether networks are run in bfloat16, which is slow on a processor that does not have it."""

from pathlib import Path

HALF_PRECISION = True

cpu = Path("/proc/cpuinfo")
half = HALF_PRECISION and cpu.exists() and "bf16" in cpu.read_text(encoding="utf-8")
