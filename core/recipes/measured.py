"""What the preamble of a script has set for measured data, beside `core.recipes.scan`."""

import numpy as np

white: np.ndarray
"""What each detector counts without an object (detectors,)."""
dark: np.ndarray
"""What each detector counts without a beam (detectors,); 0 where the file does not say."""
