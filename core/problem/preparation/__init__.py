"""Pure functions that prepare and repair sinograms (views, detectors), simulated or measured."""
