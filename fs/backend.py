from collections.abc import Collection

from fs import registry
from fs.models import Receipt


class SimulatedFs:
    """
    The simulated FS, a value of `settings.FS_BACKEND`. With the number of a sandbox, the FS of that sandbox.
    """

    def __init__(self, sandbox: int | None = None) -> None:
        self.sandbox = sandbox

    def deliver(self, name: str, content: bytes) -> list[Receipt]:
        """Deliver a file of results, and return a receipt per line. The same file again changes nothing."""
        return registry.deliver(name, content, self.sandbox)

    def check(self, content: bytes) -> list[Receipt]:
        """Return the receipts that `deliver` would return now."""
        return registry.check(content, self.sandbox)

    def learn(self, kind: registry.Kind, content: bytes) -> None:
        """Add the exams and candidates of a file that the real FS would have issued."""
        registry.learn(kind, content, self.sandbox)

    def withdraw(self, key: tuple[str, ...] | str, numbers: Collection[str]) -> None:
        """Mark candidates of an exam as withdrawn: FS refuses their results."""
        registry.withdraw(key, numbers, self.sandbox)

    @staticmethod
    def forget(sandboxes: Collection[int]) -> None:
        """Delete all FS data of these sandboxes."""
        registry.forget(sandboxes)
