"""A check: what was looked at, what was found, and what to do about it."""

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what.
        status: `warn` for what a refresh gets along with, `fail` for what stops it or a part of it.
        message: what was found.
        advice: what to do, where there is something.
        is_setting: whether a failure is one of the settings.
        details: figures of the message, for scripts.
    """

    name: str
    status: Status
    message: str
    advice: str | None = None
    is_setting: bool = False
    details: dict[str, Any] = field(default_factory=dict)
