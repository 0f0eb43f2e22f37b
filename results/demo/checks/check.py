"""What all checks share: steps in order, and requests that insist on an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from typing import Any

import httpx


class CheckFailed(Exception):
    """The product answers, and not as it should; the message says how."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a check does; `act` returns a sentence about what it saw."""

    description: str
    act: Callable[[Any], str]


def step(description: str) -> Callable[[Callable[[Any], str]], Step]:
    """Make a method of a check its next step."""
    return lambda act: Step(description, act)


class Check:
    """Steps on one browser; what a step finds is kept for later ones.

    `values` are those of the test's variables. A step raises `CheckFailed`, or
    httpx's `TransportError` where nothing answers.
    """

    def __init__(self, browser: httpx.Client, values: Mapping[str, str]) -> None:
        self.browser = browser
        self.values = values

    @classmethod
    def steps(cls) -> list[Step]:
        """In the order in which the class defines them."""
        return [value for value in vars(cls).values() if isinstance(value, Step)]

    @classmethod
    def descriptions(cls) -> list[str]:
        """What the steps do, in order."""
        return [step.description for step in cls.steps()]

    def fetch(self, path: str, **headers: str) -> httpx.Response:
        """The answer to a GET, which must be 200; `X_Api_Key=` sends `X-Api-Key`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.browser.get(path, headers=named)
        if answer.status_code != httpx.codes.OK:
            raise CheckFailed(f"{path}: expected 200, got {answer.status_code}")
        return answer

    def fetch_json(self, path: str, **headers: str) -> dict[str, Any]:
        """The JSON object that a path answers with."""
        answer = self.fetch(path, Accept="application/json", **headers)
        try:
            parsed = answer.json()
        except ValueError:
            raise CheckFailed(f"{path}: the answer is not JSON") from None
        expect(isinstance(parsed, dict), f"{path}: the answer is no JSON object")
        return dict(parsed)


def expect(holds: object, otherwise: str) -> None:
    """Fail the check with this message unless the condition holds."""
    if not holds:
        raise CheckFailed(otherwise)


def has_type(answer: httpx.Response, media_type: str) -> bool:
    """Whether the answer says that it is of this type, `javascript` for instance."""
    return media_type in answer.headers.get("content-type", "")


def counted(things: Sized, name: str) -> str:
    """`1 script`, `2 scripts`."""
    return f"{len(things):,} {name}{'' if len(things) == 1 else 's'}"
