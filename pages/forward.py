from core.ui import cached, shell
from core.ui.panels import Panel, image_panels

with shell.page("Forward model", "How an image becomes data.", equation="d = G m + n") as scan:
    shown = cached.pictures(scan)
    image_panels(
        [Panel(title="m", image=shown.truth, alt="m"), Panel(title="d", image=shown.data, alt="d")],
        key="equation",
        columns=2,
    )
