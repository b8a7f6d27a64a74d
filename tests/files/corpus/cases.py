"""All cases of the corpus."""

from . import amplifying, archives, bombs, cells, foreign, markup, packages, shapes, surroundings, values

MODULES = (foreign, archives, markup, packages, cells, surroundings, values, shapes, bombs, amplifying)
CASES = {case.name: case for module in MODULES for case in module.CASES}

assert len(CASES) == sum(len(module.CASES) for module in MODULES), "two cases of one name"
