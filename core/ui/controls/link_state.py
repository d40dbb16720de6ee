"""The state of a page's link: what a link asks for, what the page shows, and what is said of it.

A page runs many times without anybody touching it: a run may be interrupted by the next one, a job
that ends asks for another, and some parts are drawn only once there is something to draw. None of
this may lose what a link asks for, or what is said of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from core.parameter import Value

LONGEST_HISTORY = 500
"""Links of a session whose names are remembered, for the browser's Back."""


@dataclass(kw_only=True)
class LinkState:
    """The link of the page that a session shows.

    page : title of the page.
    query : the link as it stands: what is not at its default, in the order of the controls.
    steps : the open step by the name of its choice, as its tab calls it.
    notices : sentences about the link, for the top of the page.
    refused : for the names whose values were not allowed, a sentence that says what is.
    whole_page : whether the whole page is running, so that the query is not complete yet.
    """

    page: str = ""
    query: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    whole_page: bool = False
    _opened: bool = False
    # What a link asks for: of controls that come in this run, and of parts that are drawn later.
    _wanted: dict[str, str | None] = field(default_factory=dict)
    _wanted_later: dict[str, str | None] = field(default_factory=dict)
    # Whether it asks for the default of each control that it does not name, but for these; and
    # the controls that have been set to it.
    _exact: bool = False
    _spared: frozenset[str] = frozenset()
    _set: set[str] = field(default_factory=set)
    _unseen: bool = False
    # What the controls held last tells whether somebody has changed one.
    _values: dict[str, Value] = field(default_factory=dict)
    _changed: bool = False
    _new_notices: list[str] = field(default_factory=list)
    # All names that a link of this session speaks of, those at their defaults included.
    _names: list[str] = field(default_factory=list)
    _history: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def begin(self, page: str, address: Mapping[str, str], *, from_history: bool = False) -> None:
        """Start a run of the whole page of this title.

        The first run of a session reads the query of the address, and so does one that the
        browser's Back or Forward asked for. A name that the restored link left out stood at its
        default, and is set to it.
        """
        if not self._opened:
            self._wanted, self._opened = dict(address), True
        elif from_history:
            names = self._history.get((page, urlencode(address)), tuple(address))
            self._wanted, self._exact = {name: address.get(name) for name in names}, False
        if self.page != page:
            self.page, self._wanted_later, self._values, self.notices = page, {}, {}, []
            self._changed, self._exact = False, self._exact and self._unseen
        self.query, self.steps, self._names, self.whole_page = {}, {}, [], True

    def follow(self, query: Mapping[str, str], names: Iterable[str]) -> None:
        """Set the controls of these names as a link with this query would."""
        self._wanted, self._wanted_later = {name: query.get(name) for name in names}, {}
        self._changed, self._exact = True, False

    def set_exactly(self, query: Mapping[str, str], spared: Iterable[str] = ()) -> None:
        """Set every control of the page that comes next: as this query says, or to its default.

        Controls of the names `spared` keep their values. A part of the page that is drawn later is
        set when it comes.
        """
        self.follow(query, query)
        self._exact, self._unseen, self._spared, self._set = True, True, frozenset(spared), set()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that the link of this page may speak of, those at their defaults included."""
        return tuple(self._names)

    @property
    def has_followed(self) -> bool:
        """Whether a link asks for something that no run of the whole page has looked at yet."""
        return bool(self._wanted) or self._unseen

    @property
    def unread(self) -> tuple[str, ...]:
        """The names in the link of which no control has been drawn so far."""
        return (*self._wanted, *self._wanted_later)

    def waiting(self, name: str, aliases: Sequence[str] = ()) -> bool:
        """Whether a link has something to say about the control of this name.

        `aliases` are what links that were copied before call it.
        """
        return self._place(name, aliases) is not None

    def take(self, name: str, aliases: Sequence[str] = ()) -> str | None:
        """Return what the link says about a control, once; None asks for its default.

        Raises KeyError unless the control is `waiting`.
        """
        place = self._place(name, aliases)
        if place is None:
            raise KeyError(name)
        wanted, called = place
        self._set.add(name)
        return wanted.pop(called)

    def _place(self, name: str, aliases: Sequence[str]) -> tuple[dict[str, str | None], str] | None:
        for wanted in (self._wanted, self._wanted_later):
            for called in (name, *aliases):
                if called in wanted:
                    return wanted, called
        if self._exact and name not in self._spared and name not in self._set:
            return {name: None}, name
        return None

    def record(self, name: str, value: Value, text: str) -> None:
        """Put a value into the link as this text, or leave its name out where the text is empty."""
        if self._values.setdefault(name, value) != value:
            self._values[name], self._changed = value, True
        if name not in self._names:
            self._names.append(name)
        if text:
            self.query[name] = text
        else:
            self.query.pop(name, None)

    def note(self, sentence: str) -> None:
        """Keep a sentence about the link for the top of the page."""
        self._new_notices.append(sentence)

    def refuse(self, name: str, sentence: str) -> None:
        """Remember in a program's words why the value of a name was not taken."""
        self.refused[name] = sentence

    def finish(self) -> list[str]:
        """End the run of a whole page; return the sentences about its link.

        They stand until somebody changes a control or leaves the page.
        """
        said = [] if self._changed else self.notices
        self.notices = list(dict.fromkeys([*said, *self._new_notices]))
        self._wanted_later |= self._wanted
        self._new_notices, self._wanted = [], {}
        self._changed = self.whole_page = self._unseen = False
        return list(self.notices)

    def published(self) -> str:
        """Return the query to be written into the address; remember which names it speaks of."""
        text = urlencode(self.query)
        self._history.pop((self.page, text), None)
        self._history[self.page, text] = tuple(self._names)
        while len(self._history) > LONGEST_HISTORY:
            del self._history[next(iter(self._history))]
        return text

    @property
    def title(self) -> str:
        """Page and open steps, as in "Forward model · One view"."""
        return " · ".join([self.page, *self.steps.values()])
