"""Opens every page where the lecture's images are at the path given, and prints what they say.

The path is set before anything else is loaded: what the scan offers is decided then.
"""

import json
import sys
from pathlib import Path

from core.problem import stored

stored.IMAGES_FILE = Path(sys.argv[1])

from streamlit.testing.v1 import AppTest  # noqa: E402

PAGES = Path.cwd() / "pages"
said = {}
for page in sorted(PAGES.glob("*.py")):
    app = AppTest.from_file(PAGES.parent / "streamlit_app.py", default_timeout=120)
    app.query_params["image"] = "colin27"
    app.switch_page(f"pages/{page.name}").run()
    said[page.stem] = {
        "exceptions": [element.message for element in app.exception],
        "warnings": [element.value for element in app.warning],
        "image": app.session_state["volume.image" if page.stem == "volumes" else "image"],
        "title": app.title[0].value,
    }
print(json.dumps(said))
