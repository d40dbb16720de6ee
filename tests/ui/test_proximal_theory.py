from core.methods.priors import PRIORS, refusal
from core.studies.solver_comparison import SOLVERS
from core.ui.proximal.theory import pairs_table


def test_the_table_of_pairs_names_every_solver_and_prior_once():
    heading, _, *rows = [line.strip("| ").split(" | ") for line in pairs_table().splitlines()]
    solvers = [name for cell in heading[1:] for name in cell.split(", ")]
    assert sorted(solvers) == sorted(solver.title.partition(" (")[0] for solver in SOLVERS)
    assert [row[0] for row in rows] == [prior.title for prior in PRIORS]
    assert {len(row) for row in rows} == {len(heading)}
    for row, prior in zip(rows, PRIORS, strict=True):
        for solver in SOLVERS:
            column = next(
                i for i, c in enumerate(heading) if solver.title.partition(" (")[0] in c.split(", ")
            )
            assert (row[column] == "–") == bool(refusal(solver.prior_form, prior.name))
