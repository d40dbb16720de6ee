from core.ui import shell

with shell.page("Inverse problems", "A laboratory.") as scan:
    pass
