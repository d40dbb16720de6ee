"""Numbers and payloads in the browser, against Python's own arithmetic and the encoder."""

from __future__ import annotations

import base64
import math
from decimal import Decimal

import numpy as np
import pytest

from core.number_format import readable
from core.ui.figures.payload import pack
from tests.helpers.javascript import Frontend

pytestmark = pytest.mark.browser

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(value: float, digits: int) -> str:
    """What `readable` should write, by Python's decimal arithmetic."""
    if not math.isfinite(value):
        return "no value"
    # JavaScript rounds the exact binary value half up, as `Decimal` here does half to even: they
    # differ only where it lies exactly halfway, which the values below do not.
    rounded = Decimal(f"{Decimal(value):.{digits - 1}e}")
    if rounded == 0:
        return "0"
    sign, size = "−" if rounded < 0 else "", abs(rounded)
    if Decimal("0.001") <= size < 100_000:
        return sign + (f"{size:f}".rstrip("0").rstrip(".") if "." in f"{size:f}" else f"{size:f}")
    mantissa, power = f"{size:e}".split("e") if "e" in f"{size:e}" else (str(size), "0")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{sign}{mantissa}×10{str(int(power)).translate(SUPERSCRIPTS)}"


def test_numbers_are_rounded_and_written_as_people_write_them(frontend: Frontend) -> None:
    random = np.random.default_rng(0)
    values = [*(random.choice([-1, 1], 300) * 10 ** random.uniform(-9, 12, 300)).tolist()]
    values += [0.0, -0.0, 1.0, -8.5, 99999.0, 99999.6, 0.001, 0.0009996, 1e5, 1e-3, 4095.0]
    values += [float("nan"), float("inf"), -float("inf")]
    for digits in (2, 3, 4):
        seen = frontend.run(
            """async (load, [values, digits]) => {
              const { readable } = await load("numbers");
              return values.map((value) => readable(value, digits)); }""",
            [values, digits],
        )
        assert seen == [written(value, digits) for value in values]
        assert seen == [readable(value, digits) for value in values]


@pytest.mark.parametrize(
    ("value", "text"),
    [(6.89e-4, "6.89×10⁻⁴"), (-3.632e4, "−36320"), (2.497e11, "2.497×10¹¹"), (-1.0, "−1")],
)
def test_the_forms_that_are_promised(frontend: Frontend, value: float, text: str) -> None:
    assert frontend.call("numbers", "readable", value) == text


@pytest.mark.parametrize(
    ("values", "power"),
    [
        ((0, 0), 0),
        ((-5, 90), 0),
        ((-6.9e5, 1), 5),
        ((0, 2e-7), -7),
        ((1e-3, 9e4), 0),
        ((9.99e-4,), -4),
    ],
)
def test_one_power_serves_all_numbers_of_a_bar(frontend: Frontend, values, power) -> None:
    assert frontend.call("numbers", "commonPower", list(values)) == power


def test_ticks_are_round_equally_spaced_and_clear_of_both_ends(frontend: Frontend) -> None:
    random = np.random.default_rng(1)
    for _ in range(200):
        low = float(random.normal() * 10 ** random.uniform(-6, 6))
        high = low + float(10 ** random.uniform(-6, 6))
        count, clear = int(random.integers(1, 6)), float(random.uniform(0.05, 0.3))
        ticks = np.array(frontend.call("numbers", "ticksBetween", low, high, count, clear))
        span = high - low
        assert len(ticks) <= count + 1
        if ticks.size:
            assert min(ticks[0] - low, high - ticks[-1]) > clear * span * (1 - 1e-9)
        # The step is the smallest of 1, 2, 5 and 10 times a power of ten that is large enough.
        raw = span / (count + 1)
        decade = 10.0 ** math.floor(math.log10(raw))
        step = next(s * decade for s in (1, 2, 5, 10) if s * decade >= raw)
        multiples = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
        inside = multiples[np.minimum(multiples - low, high - multiples) > clear * span]
        np.testing.assert_allclose(ticks, inside, rtol=1e-9, atol=1e-9 * step)
    assert frontend.call("numbers", "ticksBetween", 1.0, 1.0) == []
    assert frontend.call("numbers", "ticksBetween", 0.0, 1.0, 0) == []


def test_payloads_are_read_as_the_encoder_wrote_them(frontend: Frontend) -> None:
    random = np.random.default_rng(2)
    arrays = {
        "float32": random.normal(size=(3, 5)).astype(np.float32),
        "float64": random.normal(size=7),
        "uint8": random.integers(0, 256, (2, 3, 4)).astype(np.uint8),
        "int32": random.integers(-(2**31), 2**31, 5).astype(np.int32),
        "empty": np.zeros((0, 4), np.float32),
    }
    arrays["float32"][1, 2] = np.nan
    message = pack({"text": "σ = ½", "nothing": None, "list": [arrays], "$": {"number": 1.5}})
    for before in range(9):  # the message may begin anywhere in a larger buffer
        back = frontend.run(
            """async (load, [text, before]) => {
              const { unpack } = await load("payload");
              const message = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
              const buffer = new Uint8Array(before + message.length + 3);
              buffer.set(message, before);
              const header = unpack(buffer.subarray(before, before + message.length));
              const [arrays] = header.list;
              const kinds = Object.entries(arrays).map(([name, array]) => [name, {
                kind: array.constructor.name, shape: array.shape, values: Array.from(array) }]);
              return { ...header, list: null, arrays: Object.fromEntries(kinds) }; }""",
            [base64.b64encode(message).decode(), before],
        )
        assert (back["text"], back["nothing"], back["$"]) == ("σ = ½", None, {"number": 1.5})
        for name, array in arrays.items():
            seen = back["arrays"][name]
            assert seen["kind"].lower() == f"{array.dtype.name}array"
            assert seen["shape"] == list(array.shape)
            np.testing.assert_array_equal(np.array(seen["values"], array.dtype), array.ravel())


def test_parts_and_rows_of_arrays_are_those_of_numpy(frontend: Frontend) -> None:
    stack = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
    message = base64.b64encode(pack({"stack": stack})).decode()
    part, rows, other = frontend.run(
        """async (load, text) => {
          const { asRows, slice, unpack } = await load("payload");
          const { stack } = unpack(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
          const plain = (value) => (value.map ? Array.from(value, plain) : value);
          return [plain(slice(stack, 1)), plain(asRows({ a: [stack] }).a[0]),
                  asRows([1, null, "a", { b: 2 }])]; }""",
        message,
    )
    assert part == stack[1].ravel().tolist()
    assert rows == stack.tolist()
    assert other == [1, None, "a", {"b": 2}]


def test_messages_are_compared_byte_by_byte(frontend: Frontend) -> None:
    assert frontend.run(
        """async (load) => {
          const { sameBytes } = await load("payload");
          const bytes = (...values) => Uint8Array.from(values);
          return [sameBytes(bytes(1, 2), bytes(1, 2)), sameBytes(bytes(1, 2), bytes(1, 3)),
                  sameBytes(bytes(1), bytes(1, 2)), sameBytes(null, bytes(1)),
                  sameBytes(null, null)]; }"""
    ) == [True, False, False, False, True]
