from collections.abc import Collection

from fs import registry
from fs.models import Receipt


class SimulatedFs:
    """
    The simulated FS as the site meets it: what `settings.FS_BACKEND` may name. With the number of a world of practice, the
    own FS of that world.
    """

    def __init__(self, world: int | None = None) -> None:
        self.world = world

    def deliver(self, name: str, content: bytes) -> list[Receipt]:
        """Hand over a file of results; a receipt per line comes back. The same file again changes nothing."""
        return registry.deliver(name, content, self.world)

    def check(self, content: bytes) -> list[Receipt]:
        """What `deliver` would answer now."""
        return registry.check(content, self.world)

    def learn(self, kind: registry.Kind, content: bytes) -> None:
        """Let the simulation know a file that the real FS would have issued itself."""
        registry.learn(kind, content, self.world)

    def withdraw(self, key: tuple[str, ...] | str, numbers: Collection[str]) -> None:
        """Let FS refuse results of these candidates of an exam."""
        registry.withdraw(key, numbers, self.world)

    @staticmethod
    def forget(worlds: Collection[int]) -> None:
        """Delete all that the own FSs of these worlds of practice hold."""
        registry.forget(worlds)
