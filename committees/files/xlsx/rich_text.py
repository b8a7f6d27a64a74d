"""The text of a string: one text, or the runs of a rich text, each of one text (ECMA-376 part 1, 18.4.8)."""

from .cells import OddCell


class Runs:
    """Collector of the text of one string after another."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.in_run = self.is_rich = self.is_full = self.is_odd = False

    def start_run(self) -> None:
        if self.texts and not self.is_rich:
            self.is_odd = True
        self.in_run = self.is_rich = True
        self.is_full = False

    def end_run(self) -> None:
        self.in_run = False

    def add(self, text: str) -> None:
        """Add a text of the current run, or of the whole string."""
        if self.is_full if self.in_run else (self.texts or self.is_rich):
            self.is_odd = True
        self.is_full = True
        self.texts.append(text)

    def spoil(self) -> None:
        """Mark the current string as ambiguous."""
        self.is_odd = True

    def take(self) -> str:
        """Return the text of the string that ends here. Raises OddCell if it has too many texts, of which some
        programs read the first, some the last, some all."""
        text = self.texts[0] if len(self.texts) == 1 else "".join(self.texts)
        is_odd = self.is_odd
        self.texts.clear()
        self.is_rich = self.is_odd = False
        if is_odd:
            raise OddCell
        return text
