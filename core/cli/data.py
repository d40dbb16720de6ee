"""The data that a command solves: a simulated scan or measured data, and what judges an image."""

import math
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import InputError
from core.parameters import values_of

Judge = Callable[[Any], dict[str, Any]]
"""What can be said of an image (size, size) where there is no truth, as JSON values."""


def scanned(args: Namespace, method: Any) -> tuple[Any, Mapping[str, Any], Judge]:
    """The data of a simulated scan, the attributes of its file, and nothing more to judge by."""
    if args.volume:
        return _scanned_volume(args, method)
    from core.cli.measured_options import given
    from core.cli.scan_options import scan_of, warnings_on
    from core.studies.result_file import source_attributes

    if flag := next(given(args), ""):
        raise InputError(_misplaced(flag, method))
    scan = scan_of(args)
    measurement = scan.simulate()
    for sentence in warnings_on(scan, measurement.truth, type(method)):
        print(sentence, file=sys.stderr)
    return measurement, source_attributes(scan), lambda image: {}


def _scanned_volume(args: Namespace, method: Any) -> tuple[Any, Mapping[str, Any], Judge]:
    """The same of a volume."""
    from core.cli.volume_options import volume_scan_of
    from core.methods.volumes import require_volumes
    from core.problem.volume_cautions import cautions
    from core.problem.volumes.own_file import UploadedVolume
    from core.studies.result_file import source_attributes

    require_volumes(method)
    scan = volume_scan_of(args)
    if isinstance(scan.image, UploadedVolume):
        for sentence in scan.image.remarks(scan.size):
            print(sentence, file=sys.stderr)
    measurement = scan.measurement()
    for sentence in cautions(measurement.truth, scan.beam):
        print(sentence, file=sys.stderr)
    return measurement, source_attributes(scan), lambda image: {}


def measured(args: Namespace, method: Any) -> tuple[Any, Mapping[str, Any], Judge]:
    """Measured data, the attributes of their file, and what judges an image without a truth."""
    from core.studies.held_out import HeldOutViews
    from core.studies.result_file import source_attributes
    from core.studies.without_truth import judgement

    source = measured_source(args, method)
    held_out = HeldOutViews(scan=source, methods=(method,)) if args.held_out else None
    measurement = source.measurement()

    def judged(image: Any) -> dict[str, Any]:
        about = judgement(source, measurement, image)
        if held_out is not None:
            (found,) = held_out.compute(lambda *_, **__: False)
            about["held_out"] = finite(found.error)
            if found.reason:
                print(f"{held_out.job_title}: {found.reason}", file=sys.stderr)
        return about

    return measurement, source_attributes(source), judged


def exported_source(args: Namespace, method: Any) -> Any:
    """What a script solves: a simulated scan, or measured data."""
    if args.volume:
        from core.cli.volume_options import volume_scan_of

        return volume_scan_of(args)
    from core.cli.measured_options import given
    from core.cli.scan_options import scan_of

    if args.held_out:
        raise InputError("--held-out goes with solve: a script reconstructs from all views.")
    if args.sinogram is not None:
        return measured_source(args, method)
    if flag := next(given(args), ""):
        raise InputError(_misplaced(flag, method))
    return scan_of(args)


def _misplaced(flag: str, method: Any) -> str:
    """What is said of an option of measured data without them; the method may have one alike."""
    own = next((name for name in values_of(method) if name.startswith(flag.lstrip("-"))), "")
    hint = f" The parameter of {method.name} is --{own}." if own else ""
    return f"{flag} goes with --sinogram.{hint}"


def measured_source(args: Namespace, method: Any) -> Any:
    """The measured data, after saying how each step has prepared them."""
    from core.cli.measured_options import check_trained, measured_of

    source = measured_of(args)
    for stage in source.stages:
        print(f"{stage.step.title if stage.step else 'Read'}: {stage.after.note}", file=sys.stderr)
    check_trained(source, type(method))
    return source


def finite(value: float) -> float | None:
    """A number that JSON has; None for one that it has not."""
    return value if math.isfinite(value) else None
