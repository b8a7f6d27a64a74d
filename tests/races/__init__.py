import pytest

# Else a violation would not say what was found.
pytest.register_assert_rewrite("tests.races.pairs")
