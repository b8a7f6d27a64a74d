"""Findings of a second look, as data for pages and the log."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from committees.enums import HintKind


@dataclass(frozen=True, slots=True)
class Hint:
    """Advice to a grader. `facts` are JSON, and go to the log with the confirmation."""

    kind: HintKind
    facts: dict[str, Any]

    @property
    def key(self) -> str:
        """The name of the hint: equal for equal facts, except for the author of the compared grades."""
        facts = {name: fact for name, fact in self.facts.items() if name != "who"}
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        return f"{self.kind}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
