"""The widgets of a page as a browser sees them, and the values that it reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

ID_PARTS = 3
"""An identity is "$$ID-hash-key": the key is what the app calls the widget."""


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A widget of a page.

    id : Streamlit's identity of it.
    kind : name of its element, such as "slider".
    fragment : the fragment that runs when it is used; "" for the whole page.
    value : what the browser reports of it, None for a button that nobody presses.
    options : the texts to choose from.
    low, high : the range of a slider.
    """

    id: str
    kind: str
    fragment: str = ""
    value: Any = None
    options: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_select_slider: bool = False

    @property
    def key(self) -> str:
        """What the app calls it; "" where it has no name."""
        parts = self.id.split("-", ID_PARTS - 1)
        return parts[-1] if len(parts) == ID_PARTS else ""

    def state(self, value: Any) -> WidgetState:
        """The message about a value: a select slider's option is text, a slider's a number."""
        state = WidgetState(id=self.id)
        if self.kind == "slider" and not self.is_select_slider:
            state.double_array_value.data.append(float(value))
        elif self.kind in ("slider", "button_group"):
            state.string_array_value.data.append(str(value))
        elif self.kind in ("selectbox", "text_area", "tabs"):
            state.string_value = str(value)
        elif self.kind == "number_input":
            state.double_value = float(value)
        elif self.kind == "checkbox":
            state.bool_value = bool(value)
        else:
            state.trigger_value = True
        return state


def states_of(
    widgets: Mapping[str, Widget], told: Mapping[str, WidgetState]
) -> dict[str, WidgetState]:
    """The value of each widget that has one, by its id: what was `told` last, or its first one."""
    values = {name: widget for name, widget in widgets.items() if widget.value is not None}
    return {name: widget.state(widget.value) for name, widget in values.items()} | {
        name: state for name, state in told.items() if name in values
    }


def widgets_of(delta: Delta) -> Iterator[Widget]:
    """The widgets that a message draws: none or one."""
    if delta.WhichOneof("type") == "add_block":
        yield from _tabs(delta.add_block, delta.fragment_id)
    elif delta.WhichOneof("type") == "new_element":
        yield from _element(delta.new_element, delta.fragment_id)


def _tabs(block: Block, fragment: str) -> Iterator[Widget]:
    tabs = block.tab_container
    if tabs.id:
        yield Widget(
            id=tabs.id, kind="tabs", fragment=fragment, value=tabs.default_tab_label or None
        )


def _element(element: Element, fragment: str) -> Iterator[Widget]:
    kind = element.WhichOneof("type") or ""
    read = _READERS.get(kind)
    if read is not None:
        part = getattr(element, kind)
        if part.id:
            yield Widget(id=part.id, kind=kind, fragment=fragment, **read(part))


def _slider(slider: Slider) -> dict[str, Any]:
    if slider.type == Slider.SELECT_SLIDER:
        options = tuple(slider.options)
        text = slider.raw_value[0] if slider.set_value else options[int(slider.default[0])]
        return {"value": text, "options": options, "is_select_slider": True}
    number = (slider.value if slider.set_value else slider.default)[0]
    return {"value": number, "low": slider.min, "high": slider.max}


def _selectbox(box: Any) -> dict[str, Any]:
    options = tuple(box.options)
    chosen = options[box.default] if options and box.HasField("default") else None
    return {"value": box.raw_value if box.set_value else chosen, "options": options}


def _button_group(group: Any) -> dict[str, Any]:
    options = tuple(option.content for option in group.options)
    texts = list(group.raw_values) if group.set_value else [options[i] for i in group.default]
    return {"value": texts[0] if texts else None, "options": options}


def _value_or_default(part: Any) -> dict[str, Any]:
    return {"value": part.value if part.set_value else part.default}


_READERS: dict[str, Any] = {
    "slider": _slider,
    "selectbox": _selectbox,
    "button_group": _button_group,
    "checkbox": _value_or_default,
    "number_input": _value_or_default,
    "text_area": _value_or_default,
    "button": lambda _: {},
}
"""How the browser reads what it will report, for each kind of widget that our pages have."""
