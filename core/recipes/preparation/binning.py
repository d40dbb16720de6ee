"""Means over neighbouring detectors and successive views."""

from core.recipes.scan import angles, data

BIN_DETECTORS = 2
BIN_VIEWS = 1

views, detectors = len(data) // BIN_VIEWS, data.shape[1] // BIN_DETECTORS
first = (data.shape[1] - detectors * BIN_DETECTORS) // 2
used = data[: views * BIN_VIEWS, first : first + detectors * BIN_DETECTORS]
data = used.reshape(views, BIN_VIEWS, detectors, BIN_DETECTORS).mean(axis=(1, 3))
angles = angles[: views * BIN_VIEWS].reshape(views, BIN_VIEWS).mean(axis=1)
