"""The training as a job: watched, stopped, stored, diverged and refused."""

from threading import Semaphore

import numpy as np
import pytest

from core.errors import InputError
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.networks.training import train_now
from core.problem.images import StoredImage
from core.storage.store import Store
from core.studies.codec import decode, encode
from core.studies.training_run import Training, TrainingRun


def run(**changes):
    return TrainingRun(image=StoredImage(), **({"images": 2, "batch": 2, "steps": 12} | changes))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def jobs(store):
    with ThreadExecutor() as executor:
        yield Jobs(executor, store)


def test_a_training_runs_is_watched_and_comes_back_from_the_store(jobs, store):
    asked = run()
    state = jobs.submit(asked.task, "ada").wait(60)
    assert state.phase == "done", state.error
    result = state.result
    assert result.ended == ""
    assert result.message == "All 12 steps done."
    assert list(result.steps) == list(range(13))
    assert len(result.losses) == 12
    assert result.images.shape == (13, 96, 96)
    assert state.progress.parts[0].steps[-1] == 12
    back = decode(Training, encode(result))
    np.testing.assert_array_equal(result.known, result.losses)  # the truth is the target
    for name in ("steps", "training", "validation", "losses", "known", "images"):
        np.testing.assert_array_equal(getattr(back, name), getattr(result, name))
    assert jobs.submit(asked.task, "bob").state.result is result


def test_it_stops_at_its_next_step_and_keeps_what_it_has(jobs, monkeypatch):
    turns, train = Semaphore(6), train_now.train

    def on_demand(*arguments):
        for trained in train(*arguments):
            turns.acquire(timeout=60)
            yield trained

    monkeypatch.setattr(train_now, "train", on_demand)
    asked = run(steps=1000, batch=1)
    job = jobs.submit(asked.task, "ada")
    while job.state.progress is None or job.state.progress.step < 5:
        job.wait(0.01)
    jobs.stop(asked.task, "ada")
    turns.release()  # for one step: a further one would have no turn
    state = job.wait(60)
    assert (state.phase, state.result.ended) == ("stopped", "stopped")
    assert len(state.result.losses) == 6
    assert state.result.message == "Stopped after 6 steps."


def test_a_loss_that_explodes_ends_the_job_as_diverged_with_its_history():
    result = run(optimiser="sgd", learning_rate=10.0, steps=200).compute(lambda *_, **__: False)
    assert result.ended == "diverged"
    assert 0 < len(result.losses) < 20
    assert len(result.steps) >= 1
    assert np.isfinite(result.validation).all()
    assert f"step {len(result.losses)}" in result.message
    assert run().task.complete(result)
    assert decode(Training, encode(result)).message == result.message


def test_overfitting_is_called_by_its_name():
    steps = np.arange(5.0)
    images = np.zeros((5, 2, 2), np.float32)

    def training(training, validation):
        return Training(
            steps=steps,
            training=np.array(training),
            validation=np.array(validation),
            losses=np.zeros(4),
            known=np.zeros(4),
            images=images,
        )

    falling = [4.0, 3.0, 2.0, 1.5, 1.0]
    seen = training(falling, [4.0, 3.0, 3.5, 3.6, 4.0])
    assert (seen.overfitted, seen.best) == (True, 1)
    assert not training(falling, [4.0, 3.0, 2.9, 2.95, 3.0]).worsened
    worse = training([4.0, 3.0, 3.5, 4.0, 5.0], [4.0, 3.0, 3.5, 4.0, 5.0])
    assert (worse.worsened, worse.overfitted) == (True, False)
    # A point that is no number is not the best.
    assert training(falling, [4.0, 3.0, 3.5, 3.6, np.nan]).best == 1
    # One bad point at the end is the luck of a batch.
    assert not training(falling, [4.0, 3.0, 3.1, 3.05, 4.0]).overfitted


def test_everything_that_defines_it_is_in_its_key():
    keys = {
        run().key,
        run(images=3).key,
        run(batch=3).key,
        run(optimiser="sgd").key,
        run(learning_rate=0.1).key,
        run(steps=13).key,
        run(seed=1).key,
        run(target="sure").key,
        run(noise=0.01).key,
        run(views=32).key,
        TrainingRun(image=StoredImage(slice=3), images=2, batch=2, steps=12).key,
    }
    assert len(keys) == 11
    assert run().key == run(learning_rate=0.001).key


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"images": 61}, "Images must be from 1 to 60"),
        ({"batch": 0}, "Batch must be"),
        ({"optimiser": "lbfgs"}, "Optimiser must be one of sgd, momentum, adam"),
        ({"learning_rate": 100.0}, "Learning rate must be"),
        ({"steps": 5000}, "Steps must be"),
        ({"target": "gan"}, "Target must be one of truth, half, sure, equivariant, robust"),
        ({"noise": 0.3}, "Noise must be"),
        ({"views": 7}, "Views must be"),
    ],
)
def test_a_bad_training_is_refused_with_a_sentence(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        run(**wrong)
