"""What is wrong with a file: each fault with its line and a Swedish sentence that says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from finsam_tracker.configuration.locator import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend. A warning is worth a look, but the file can be loaded."""

    line: int
    sentence: str
    is_warning: bool = False

    def text(self, name: str) -> str:
        """As the commands print it: FILE:LINE: sentence."""
        return f"{name}:{self.line}: {'Obs: ' if self.is_warning else ''}{self.sentence}"


class ConfigurationError(ValueError):
    """A file that cannot be loaded. Nothing was written."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(fault.text(name) for fault in faults))


class Faults:
    """Collects what is wrong, all of it. A place that the file lacks stands for the nearest one around it."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self._found: set[Fault] = set()

    def add(self, at: Path, sentence: str) -> None:
        self._found.add(Fault(self._line(at), sentence))

    def warn(self, at: Path, sentence: str) -> None:
        self._found.add(Fault(self._line(at), sentence, is_warning=True))

    def _line(self, at: Path) -> int:
        return next(self._lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in self._lines)

    @property
    def faults(self) -> list[Fault]:
        """What must be mended, in the order of the file."""
        return sorted(fault for fault in self._found if not fault.is_warning)

    @property
    def warnings(self) -> list[Fault]:
        return sorted(fault for fault in self._found if fault.is_warning)
