"""The example in docs/reference/scenarios.md is a valid scenario."""

import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tests.docs.generated import DOCS


def example_scenario() -> str:
    """Return the example as TOML."""
    page = (DOCS / "reference/scenarios.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    return str(example)


def test_example_is_valid(tmp_path: Path) -> None:
    file, out = tmp_path / "three-dancers.toml", StringIO()
    file.write_text(example_scenario())
    call_command("check_scenarios", str(file), stdout=out)
    assert out.getvalue().startswith(f"{file}: ")
