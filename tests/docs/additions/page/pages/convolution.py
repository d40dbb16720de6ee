"""Convolution: a page that shows its scan."""

from core.ui import shell

with shell.page("Convolution", "A second inverse problem.", equation="d = k * m") as scan:
    from core.ui.convolution.page import show

    show(scan)
