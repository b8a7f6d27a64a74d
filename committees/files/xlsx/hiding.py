"""Detection of hidden rows and columns."""

from collections.abc import Mapping


def is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Return whether a row or column with these `attributes` is hidden, or zero by its attribute `size` (height or
    width). Filters hide rows in the same way as people (ECMA-376 part 1, 18.3.1.73 and 18.3.1.13)."""
    return attributes.get("hidden") in ("1", "true") or is_zero(attributes.get(size, ""))


def is_zero(size: str) -> bool:
    """Return whether `size` is a number equal to zero."""
    return bool(size) and size.count(".") < 2 and not size.strip("0.")
