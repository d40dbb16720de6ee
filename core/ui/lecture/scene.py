"""What a lecture is made of: scenes, each with its words, its question and the state of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.problem.scan import Scan
from core.ui.scan.link import IMAGE_NAMES, SCANNER_NAMES, scan_of, scan_query
from core.ui.scan.presets import fitted

Rows = tuple[tuple[str, ...], ...]
"""What stands side by side in each row, by the names of figures and parts of a page."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a scene asks before its pictures are seen.

    options : what may be chosen; none where a number is to be written.
    answer : the right option, or the number.
    unit : of the number.
    explanation : Markdown, shown with the answer.
    """

    text: str
    options: tuple[str, ...] = ()
    answer: str | float
    unit: str = ""
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One scene of a lecture.

    Attributes
    ----------
    name : what the link calls it: the name of its file, without the number in front.
    order : scenes are shown from the lowest to the highest.
    text : Markdown.
    equation : LaTeX, or "".
    note : for the speaker alone, Markdown.
    page : path of the page in the address.
    state : the query of a link to the page; what it does not name stands at its default.
    show : what of the page is seen while it is presented, row by row; all its figures if empty.
    layout : whether the words stand "above" the pictures, or "beside" them.
    hide, lock : controls, as the link calls them, that are not drawn, or cannot be moved.
    thumbnail, caption : the picture of the scene on the home page, "data", "fbp" or "", and what
        it shows.
    """

    name: str
    order: float
    title: str
    text: str
    page: str
    equation: str = ""
    note: str = ""
    state: Mapping[str, str] = field(default_factory=dict)
    question: Question | None = None
    show: Rows = ()
    layout: str = "above"
    hide: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    thumbnail: str = ""
    caption: str = ""

    @property
    def beside(self) -> bool:
        """Whether the words stand beside the pictures while it is presented."""
        return self.layout == "beside"

    @property
    def script(self) -> str:
        """The script of its page."""
        return f"pages/{self.page}.py"


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """Scenes in their order.

    keep : what of the scan on screen a scene leaves as it is: "image" (with its slice), "size".
    listed : whether the home page offers it.
    """

    name: str
    title: str
    text: str = ""
    keep: frozenset[str] = frozenset()
    listed: bool = True
    scenes: Sequence[Scene] = ()
    folder: Path = Path()

    def scene(self, name: str) -> Scene | None:
        """The scene of this name, if there is one."""
        return next((scene for scene in self.scenes if scene.name == name), None)

    @property
    def kept_names(self) -> frozenset[str]:
        """The names in the link of what a scene leaves as it is."""
        images = {name for name in IMAGE_NAMES if name != "size"}
        return self.keep & {"size"} | (images if "image" in self.keep else frozenset())

    def scan(self, scene: Scene, current: Scan) -> Scan:
        """The scan that a scene sets up while `current` is on screen.

        An image that the scene names is set all the same. Where the size is kept, the detectors
        are fitted to it.
        """
        made, _ = scan_of(scene.state)
        if "image" in self.keep and "image" not in scene.state:
            made = replace(made, image=current.image)
        if "size" in self.keep:
            made = replace(made, size=current.size, beam=fitted(made.beam, current.size))
        return made

    def query(self, scene: Scene, current: Scan) -> dict[str, str]:
        """The query that sets up a scene while `current` is on screen."""
        scanner = {
            name: text
            for name, text in scan_query(self.scan(scene, current)).items()
            if name in SCANNER_NAMES
        }
        return {**dict(scene.state), **scanner}
