"""Classical inversion: from back-projection to regularised least squares."""

from core.ui import shell

with shell.page(
    "Classical inversion",
    "Projections and back-projections alone: the methods differ in what they add to the data, and "
    "in when they stop.",
    equation=r"d = Gm + n \;\longrightarrow\; \hat m",
) as scan:
    from core.ui.classical.filters import filters_tab
    from core.ui.classical.preparation import preparation_tab
    from core.ui.classical.theory import theory_tab
    from core.ui.scan.source import source_for
    from core.ui.workbench.parameter_selection import choosing_tab
    from core.ui.workbench.scenes import scenes_tab
    from core.ui.workbench.workbench import workbench

    source = source_for(scan)
    preparation = {} if source is scan else {"Preparation": preparation_tab}
    workbench(
        source,
        families=("direct", "classical"),
        defaults=("regularised_least_squares", "fbp"),
        tabs={
            **preparation,
            "Why it works": theory_tab,
            "Choosing the parameter": choosing_tab,
            "Filters": filters_tab,
            "Things to try": lambda *_: scenes_tab("try_classical", scan),
        },
    )
