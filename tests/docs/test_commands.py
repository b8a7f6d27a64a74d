"""docs/reference/commands.md has every management command with its options, and every make target."""

import re

from django.core.management import BaseCommand, get_commands, load_command_class

from tests.docs.generated import DOCS

PAGE = (DOCS / "reference/commands.md").read_text()
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = {name: app for name, app in get_commands().items() if not app.startswith(("django", "allauth"))}


def own_options(name: str) -> set[str]:
    """Return the long options that a command adds to those of every command."""
    parser = load_command_class(COMMANDS[name], name).create_parser("manage.py", name)
    common = BaseCommand().create_parser("manage.py", name)
    return {
        option
        for option in parser._option_string_actions.keys() - common._option_string_actions.keys()
        if option.startswith("--")
    }


def test_every_management_command_has_a_section() -> None:
    assert SECTIONS.keys() == COMMANDS.keys()


def test_every_option_is_in_the_section_of_its_command() -> None:
    missing = {
        f"{name} {option}"
        for name in COMMANDS
        for option in own_options(name)
        if f"`{option}`" not in SECTIONS.get(name, "")
    }
    assert missing == set()


def test_every_make_target_has_a_row() -> None:
    makefile = (DOCS.parent / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert set(re.findall(r"^\| `make ([a-z-]+)", PAGE, re.MULTILINE)) == targets
