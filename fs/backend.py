from fs import registry
from fs.models import Receipt


class SimulatedFs:
    """The simulated FS as the site meets it: what `settings.FS_BACKEND` may name."""

    def deliver(self, name: str, content: bytes) -> list[Receipt]:
        """Hand over a file of results; a receipt per line comes back. The same file again changes nothing."""
        return registry.deliver(name, content)

    def check(self, content: bytes) -> list[Receipt]:
        """What `deliver` would answer now."""
        return registry.check(content)

    def learn(self, kind: registry.Kind, content: bytes) -> None:
        """Let the simulation know a file that the real FS would have issued itself."""
        registry.learn(kind, content)
