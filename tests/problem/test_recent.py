import threading
from concurrent.futures import ThreadPoolExecutor

from core.problem.recent import Recent


def test_the_values_used_last_stay_within_the_limit():
    made = []
    recent = Recent(limit=10, size=len)

    def get(name, length=4):
        return recent.get(name, lambda: made.append(name) or name * length)

    assert get("a") == get("a") == "aaaa"
    get("b")
    get("a")
    get("c")  # 12 in all: b was used longest ago
    get("a")
    get("c")
    assert made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]
    assert get("d", length=50) == get("d")  # larger than the limit, and still remembered
    assert made == ["a", "b", "c", "b", "d"]


def test_many_who_ask_at_once_share_one():
    made = []
    recent = Recent(limit=10, size=len)
    ready = threading.Barrier(8)

    def ask(_):
        ready.wait(timeout=10)
        return recent.get("key", lambda: made.append(1) or ["value"])

    with ThreadPoolExecutor(8) as callers:
        values = list(callers.map(ask, range(8)))
    assert made == [1]
    assert all(value is values[0] for value in values)
