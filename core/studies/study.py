"""A study: a question that is answered once, by a job, and whose answer is stored."""

from abc import ABC, abstractmethod
from functools import cached_property, partial
from pathlib import Path
from typing import ClassVar, Generic, TypeVar, get_type_hints

from core.jobs.job import Report, Task
from core.keys import content_key
from core.problem.uploads import uploads_in
from core.studies.codec import decode, encode
from core.studies.version import version_of

T = TypeVar("T")


class Study(ABC, Generic[T]):
    """What all studies share; a study is a frozen dataclass of everything that defines its answer.

    `reads` are the files that it reads beside the image of its scan and the weights of its methods.
    The answer is stored as the type that `compute` declares to return.
    """

    reads: ClassVar[tuple[Path, ...]] = ()

    @property
    @abstractmethod
    def job_title(self) -> str:
        """What people read while it runs."""

    @abstractmethod
    def compute(self, report: Report) -> T:
        """Compute, reporting each step; return what there is when it asks for an end."""

    @abstractmethod
    def complete(self, result: T) -> bool:
        """Whether a result is whole, and so worth storing."""

    @cached_property
    def key(self) -> str:
        """Equal for equal studies, code and files."""
        return content_key(self, version_of(self, *self.reads))

    @property
    def task(self) -> Task[T]:
        """The task of answering."""
        return Task(
            key=self.key,
            title=self.job_title,
            run=self.compute,
            encode=encode,
            decode=partial(decode, get_type_hints(type(self).compute)["return"]),
            complete=self.complete,
            uploads=uploads_in(self),
        )
