"""The symbols of *Volumes*."""

from collections.abc import Mapping

from core.ui.symbols.rows import NOISE, Rows

VOLUMES: Mapping[str, Rows] = {
    "Volumes": NOISE,
    "Volumes · The scan": (
        ("x, y, z", "the place of a voxel: to the right, towards row 0, upwards along the axis"),
        (r"\theta", "the angle of the gantry"),
        ("s, v", "the place on the panel: along its rows, upwards"),
        ("t", "the length along a ray"),
        (r"D, p_\theta", "the distance of the source from the axis, its place"),
        (r"u_{\theta sv}", "the unit vector from the source to the panel at s, v"),
        (r"e_\theta, e_\theta^\perp", "parallel rays: the direction of the detectors, of the rays"),
        ("h, z_0", "helix: its pitch, the height at which it begins"),
    ),
    "Volumes · Reconstruct": (
        ("x", "a voxel"),
        (r"\theta", "the angle of the gantry"),
        ("D, L", "from the source to the axis, to the voxel along the central ray"),
        ("h, w", "the filter, the weight of a ray that is measured twice"),
        (r"\kappa", "the angle of a ray to the central one"),
        ("s, v", "where the voxel is seen on the panel"),
        (r"\sigma", "the weight of total variation"),
    ),
    "Volumes · What a circle cannot see": (
        (r"x, \xi, s", "a plane: its points, its normal, its distance from the origin"),
        (r"a(\lambda), \lambda", "the path of the source, its parameter"),
    ),
    "Volumes · Why in three dimensions": (
        (r"\partial_x, \partial_y, \partial_z", "the derivative across, down, from slice to slice"),
    ),
    "Volumes · Truncation": (("P", "takes the columns of the panel that are left"),),
}
