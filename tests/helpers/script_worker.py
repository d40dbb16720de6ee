"""Runs scripts in a process of its own, each alone in its folder; started by `recipe_runner`.

It reads the path of a script from each line that comes in, and answers with a line: nothing, or
what went wrong. What the script leaves lies beside it then.
"""

import importlib.util
import json
import os
import pickle
import runpy
import sys
import traceback
from pathlib import Path

import numpy as np

KEPT = (bool, int, float, str, tuple, np.ndarray)


def main() -> None:
    if importlib.util.find_spec("core") is not None:
        raise SystemExit("The scripts must run where the laboratory is not to be found.")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        script, trouble = Path(line.strip()), ""
        os.chdir(script.parent)
        sys.path.insert(0, str(script.parent))  # as Python itself does; isolated, it does not
        try:
            left = runpy.run_path(script.name)
            values = {name: value for name, value in left.items() if isinstance(value, KEPT)}
            script.with_suffix(".pickle").write_bytes(pickle.dumps(values))
        except Exception:
            trouble = traceback.format_exc()
        finally:
            sys.path.remove(str(script.parent))
        print(json.dumps(trouble), file=answers, flush=True)


if __name__ == "__main__":
    main()
