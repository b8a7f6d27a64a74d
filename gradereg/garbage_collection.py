"""Python's search for garbage, as a process needs it that keeps all of Django and now and then makes very many objects."""

import gc

SEARCHED_AFTER = 10_000


def tune_garbage_collector() -> None:
    """
    From now on nothing that is there is searched any more, and what comes only after `SEARCHED_AFTER` new objects, not
    hundreds: a list of ten thousand makes a hundred thousand objects, none of which is garbage yet. Called at the end of a
    start.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SEARCHED_AFTER)
