"""JSON whose objects know their line, so that a refusal can name it."""

from __future__ import annotations

import json
from bisect import bisect_right
from json import scanner
from typing import Any, NoReturn

from results.reports.report import BadReport


class Located(dict[str, Any]):
    """An object of the file; `line` is where it begins."""

    line = 1

    def text(self, name: str, default: str | None = None) -> str:
        """The text of this name; raises `BadReport` for anything else."""
        return str(self._of_type(name, str, "text", default))

    def number(self, name: str, default: float | None = None) -> float:
        """The number of this name, 0 or more."""
        value = self._of_type(name, int | float, "a number", default)
        if isinstance(value, bool) or not 0 <= value < 2**53:
            raise BadReport(f"{name} is no number of 0 or more", self.line)
        return float(value)

    def flag(self, name: str) -> bool:
        """Whether the value of this name is true; a missing or null one is not."""
        return bool(self._of_type(name, bool, "true or false", False))

    def object(self, name: str) -> Located:
        """The object of this name; an empty one where there is none."""
        found: Located = self._of_type(name, Located, "an object", Located())
        return found

    def objects(self, name: str) -> list[Located]:
        """The objects in the list of this name; none where there is none."""
        found = self._of_type(name, list, "a list", [])
        if not all(isinstance(item, Located) for item in found):
            raise BadReport(f"{name} holds something that is no object", self.line)
        return list(found)

    def _of_type(self, name: str, kind: Any, called: str, default: Any) -> Any:
        value = self.get(name)
        value = default if value is None else value
        if not isinstance(value, kind):
            raise BadReport(f"{name} is not {called}", self.line)
        return value


class _Decoder(json.JSONDecoder):
    """Python's own scanner, told where each object begins."""

    def __init__(self, text: str) -> None:
        super().__init__(parse_constant=_refused)
        self._line_starts = [0]
        for line in text.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))
        decoder: Any = self
        parse_object = decoder.parse_object

        def located(text_and_end: tuple[str, int], *rest: Any) -> Any:
            value, end = parse_object(text_and_end, *rest)
            found = Located(value)
            found.line = self.line_of(text_and_end[1] - 1)
            return found, end

        decoder.parse_object = located
        python_scanner: Any = getattr(scanner, "py_make_scanner")  # not in its types
        decoder.scan_once = python_scanner(decoder)

    def line_of(self, place: int) -> int:
        return bisect_right(self._line_starts, place)


def parse_located(content: bytes) -> Located:
    """The object that the file is; raises `BadReport`."""
    try:
        text = content.decode("utf-8-sig")
        found = _Decoder(text).decode(text)
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise BadReport("not UTF-8", line) from None
    except json.JSONDecodeError as failure:
        raise BadReport(f"not JSON: {failure.msg}", failure.lineno) from None
    except RecursionError:
        raise BadReport("not JSON: nested too deeply") from None
    if not isinstance(found, Located):
        raise BadReport("not an object", 1)
    return found


def _refused(constant: str) -> NoReturn:
    raise BadReport(f"not JSON: {constant}")
