"""What was measured of the architectures beforehand is what the code measures."""

import numpy as np
import pytest

from core.errors import InputError
from core.networks.gallery import ARCHITECTURES
from core.problem.scan import Scan
from core.studies.architectures import costs_of, measure, stored_measures


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_is_stored_is_what_is_measured_now(name):
    stored, now = stored_measures().measures[name], measure(name)
    # Half precision: eleven bits, and 6e-8 near 0.
    np.testing.assert_allclose(stored.field, now.field, rtol=1e-3, atol=1e-6)
    assert stored.extent == now.extent
    assert stored.shift_error == pytest.approx(now.shift_error, rel=1e-2, abs=1e-5)
    assert stored_measures().costs[name] == costs_of(name, Scan().size)


def test_a_missing_or_damaged_file_is_a_sentence(tmp_path):
    path = tmp_path / "architectures.run"
    with pytest.raises(InputError, match="missing from assets/runs or damaged"):
        stored_measures(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(InputError, match="missing from assets/runs or damaged"):
        stored_measures(path)
