"""Each method once more as a plain script: ASTRA, PyLops, PyProximal and PyTorch as they come."""
