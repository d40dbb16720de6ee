"""The prior may have unknowns of its own beside the image, which G does not see."""

import numpy as np
import pylops

from core.recipes.forms.split import K
from core.recipes.scan import G, data

others = K.shape[1] - G.shape[1]
scan = pylops.HStack([G, pylops.Zero(data.size, others)], dtype=np.float32)
