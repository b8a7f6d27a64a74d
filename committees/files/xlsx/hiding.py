"""Which rows and columns people do not see."""

from collections.abc import Mapping


def is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Whether a row or column with these `attributes` is hidden, or has no height or width, as its attribute `size`
    says. A filter hides rows in the same way as people do (ECMA-376 part 1, 18.3.1.73 and 18.3.1.13)."""
    return attributes.get("hidden") in ("1", "true") or is_zero(attributes.get(size, ""))


def is_zero(size: str) -> bool:
    """Whether `size` is a number that leaves nothing to see."""
    return bool(size) and size.count(".") < 2 and not size.strip("0.")
