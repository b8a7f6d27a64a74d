from collections.abc import Collection

from fs import registry
from fs.models import Receipt


class SimulatedFs:
    """
    The simulated FS as the site meets it: what `settings.FS_BACKEND` may name. With the number of a sandbox, the
    own FS of that sandbox.
    """

    def __init__(self, sandbox: int | None = None) -> None:
        self.sandbox = sandbox

    def deliver(self, name: str, content: bytes) -> list[Receipt]:
        """Hand over a file of results; a receipt per line comes back. The same file again changes nothing."""
        return registry.deliver(name, content, self.sandbox)

    def check(self, content: bytes) -> list[Receipt]:
        """What `deliver` would answer now."""
        return registry.check(content, self.sandbox)

    def learn(self, kind: registry.Kind, content: bytes) -> None:
        """Let the simulation know a file that the real FS would have issued itself."""
        registry.learn(kind, content, self.sandbox)

    def withdraw(self, key: tuple[str, ...] | str, numbers: Collection[str]) -> None:
        """Let FS refuse results of these candidates of an exam."""
        registry.withdraw(key, numbers, self.sandbox)

    @staticmethod
    def forget(sandboxes: Collection[int]) -> None:
        """Delete all that the own FSs of these sandboxes hold."""
        registry.forget(sandboxes)
