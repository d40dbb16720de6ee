import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

from core.storage.lru_cache import SizedLRU, once_per


def test_the_values_used_last_stay_within_the_limit():
    made = []
    recent = SizedLRU(limit=10, size=len)

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
    recent = SizedLRU(limit=10, size=len)
    ready = threading.Barrier(8)

    def ask(_):
        ready.wait(timeout=10)
        return recent.get("key", lambda: made.append(1) or ["value"])

    with ThreadPoolExecutor(8) as callers:
        values = list(callers.map(ask, range(8)))
    assert made == [1]
    assert all(value is values[0] for value in values)


def test_what_makes_room_is_named_and_values_are_counted_by_default():
    gone = []
    recent = SizedLRU(2, dropped=lambda key, value: gone.append((key, value)))
    for key in "abc":
        recent.put(key, key.upper())
    assert gone == [("a", "A")]
    recent.put("b", "again")
    recent.put("d", "D")
    assert gone == [("a", "A"), ("c", "C")]
    assert recent.take("b") == "again"
    assert recent.take("b") is None
    assert recent.find("d") == "D"


def test_nobody_waits_for_another_key_where_values_are_made_together():
    recent = SizedLRU(100, together=True)
    both = threading.Barrier(2)
    made = []

    def make(key):
        made.append(key)
        both.wait(timeout=30)  # only if the other key is being made at the same time
        return f"value of {key}"

    with ThreadPoolExecutor(4) as callers:
        values = list(callers.map(lambda key: recent.get(key, lambda: make(key)), "abab"))
    assert values == ["value of a", "value of b", "value of a", "value of b"]
    assert sorted(made) == ["a", "b"], "who asks for the same one shares it"


def test_one_caller_alone_takes_a_value():
    recent = SizedLRU(100)
    for key in range(100):
        recent.put(key, object())
    ready = threading.Barrier(8)

    def take_all(_):
        ready.wait(timeout=10)
        return [key for key in range(100) if recent.take(key)]

    with ThreadPoolExecutor(8) as callers:
        taken = [key for keys in callers.map(take_all, range(8)) for key in keys]
    assert sorted(taken) == list(range(100))


def test_once_per_object_for_as_long_as_it_lives():
    class Owner:
        pass

    made = []

    @once_per
    def number(owner):
        made.append(1)
        return len(made)

    first, second = Owner(), Owner()
    assert (number(first), number(second), number(first)) == (1, 2, 1)
    watch = weakref.ref(first)
    del first
    gc.collect()
    assert watch() is None
