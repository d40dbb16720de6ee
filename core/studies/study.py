"""A study: a question that is answered once, by a job, and whose answer is stored."""

import math
import pickle
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import GenericAlias
from typing import Any, ClassVar, Generic, TypeVar, get_origin, get_type_hints

from core.errors import InputError
from core.jobs.job import Report, Task
from core.keys import content_key
from core.problem.uploads import uploads_in
from core.storage.record import Record
from core.studies.codec import decode, encode
from core.studies.version import version_of

OTHER_VERSION = (
    "The workers of the cluster have another version of the code, of its libraries or of its files "
    "than this page. Start all of them from the same installation."
)

T = TypeVar("T")


class Study(ABC, Generic[T]):
    """What all studies share; a study is a frozen dataclass of everything that defines its answer.

    `reads` are the files that it reads beside the image of its scan and the weights of its methods.
    The answer is stored as the type that `compute` declares to return; the parts that it reports
    are of this type, or of its items where it is a tuple. A study can be pickled.
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

    @property
    def work(self) -> float:
        """How much there is to compute, in pixels × views × iterations; infinite if unknown."""
        return math.inf

    @cached_property
    def version(self) -> str:
        """Of the code and the files that the answer depends on."""
        return version_of(self, *self.reads)

    @cached_property
    def key(self) -> str:
        """Equal for equal studies, code and files."""
        return content_key(self, self.version)

    @property
    def task(self) -> Task[T]:
        """The task of answering."""
        kind: Any = get_type_hints(type(self).compute)["return"]
        parts = kind if get_origin(kind) is tuple else GenericAlias(tuple, (kind, ...))
        return Task(
            key=self.key,
            title=self.job_title,
            run=self.run,
            encode=encode,
            decode=partial(decode, kind),
            complete=self.complete,
            uploads=uploads_in(self),
            work=self.work,
            pack=self.pack,
            decode_parts=partial(decode, parts),
        )

    def run(self, report: Report) -> T:
        """Compute as a job does: with a core of its own, since several run at once."""
        import torch

        torch.set_num_threads(1)
        return self.compute(report)

    def pack(self) -> "PackedStudy":
        """Turn this study into data."""
        return PackedStudy(pickled=pickle.dumps(self), version=self.version)


@dataclass(frozen=True, kw_only=True)
class PackedStudy:
    """A study as data, with the version of the code and the files that its answer depends on.

    It stays pickled until it is run, so that code which cannot read it can say so.
    """

    pickled: bytes
    version: str

    def run(self, report: Report) -> Record:
        """Answer the study; raise `InputError` where this process has other code or files."""
        try:
            study: Study[Any] = pickle.loads(self.pickled)
            version = version_of(study, *study.reads)
        except Exception as error:  # other code may fail in any way
            raise InputError(OTHER_VERSION) from error
        if version != self.version:
            raise InputError(OTHER_VERSION)
        return encode(study.run(report))

    def encode_parts(self, parts: tuple[Any, ...]) -> Record:
        """The parts of a report as a record."""
        return encode(parts)
