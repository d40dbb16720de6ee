"""The scenes of the pages, computed: how good each iterate is at the settings of a scene."""

from dataclasses import replace

import numpy as np

from core.methods import method_named
from core.parameters import parameters_of
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.ui.lecture.library import scenes_of


def arranged(name, title):
    """The scan and the methods that a scene sets up, by their letters."""
    lecture, scenes = scenes_of(name)
    scene = next(scene for scene in scenes if title in (scene.title, scene.name))
    scan = lecture.scan(scene, Scan())
    methods = {}
    for letter in ("a", "b", "c"):
        if (kind := scene.state.get(letter, "none")) != "none":
            prefix = f"{letter}.{kind}."
            given = {k.removeprefix(prefix): v for k, v in scene.state.items() if prefix in k}
            known = {p.name: p for p in parameters_of(method_named(kind))}
            methods[letter] = method_named(kind)(**{k: known[k].parse(v) for k, v in given.items()})
    return scan, methods


def course(method, scan, **changed):
    """The SNR of each iterate."""
    measurement = scan.simulate()
    steps = replace(method, **changed).iterate(measurement.operator, measurement.data)
    return np.array([snr(step.image, measurement.truth) for step in steps])
