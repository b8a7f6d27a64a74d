import pytest

# Show values in failed assertions.
pytest.register_assert_rewrite("tests.races.pairs")
