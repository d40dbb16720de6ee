"""What figures do in time: films, clocks that go together, and which figure is drawn first."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.javascript import Frontend

pytestmark = pytest.mark.browser


def test_a_player_is_at_the_frame_of_its_time(frontend: Frontend) -> None:
    film = {"frames": 24, "seconds": 8.0, "loop": True}
    for passed in np.random.default_rng(4).uniform(0, 30, 100):
        begun = 5 + int(passed / 8 * 24)
        on, once = (
            frontend.call("player", "frameAfter", {**film, "loop": loop}, 5, float(passed))
            for loop in (True, False)
        )
        assert on == {"frame": begun % 24, "over": False}
        assert once == {"frame": min(begun, 23), "over": begun >= 23}
    # What has been played to its end begins anew, and what goes round goes on.
    starts = [
        frontend.call("player", "startOf", {**film, "loop": loop}, frame)
        for loop, frame in ((True, 23), (False, 23), (False, 22))
    ]
    assert starts == [23, 0, 22]


def test_clocks_tell_their_followers_of_changes_alone(frontend: Frontend) -> None:
    told, same, other = frontend.run(
        """async (load) => {
          const { clockOf } = await load("player");
          const told = [];
          const clock = clockOf("one");
          const leave = clock.follow((frame) => told.push(frame));
          [0, 3, 3, 4].forEach((frame) => clock.show(frame));
          leave();
          clock.show(9);
          return [told, clockOf("one") === clock && clock.frame === 9, clockOf("two").frame]; }"""
    )
    assert (told, same, other) == ([3, 4], True, 0)


@pytest.mark.parametrize(
    ("edges", "first"),
    [
        ([(-900, -100), (50, 300), (400, 700)], 1),  # the topmost of those on screen
        ([(900, 1000), (-300, -250)], 0),  # out of sight: the nearer one
        ([(1500, 1600), (-30, 20), (10, 40)], 1),  # seen in part is seen
    ],
)
def test_what_is_on_screen_is_drawn_first(frontend, edges, first):
    figures = [{"host": i, "top": top, "bottom": low} for i, (top, low) in enumerate(edges)]
    assert frontend.call("nearby", "firstToDraw", figures, 800) == first
