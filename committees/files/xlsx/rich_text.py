"""The text of a string: one text, or the runs of a rich text, each of one text (ECMA-376 part 1, 18.4.8)."""

from .cells import OddCell


class Runs:
    """Collects the text of one string after another."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.in_run = self.is_rich = self.is_full = self.is_odd = False

    def start_run(self) -> None:
        """A run begins."""
        if self.texts and not self.is_rich:
            self.is_odd = True
        self.in_run = self.is_rich = True
        self.is_full = False

    def end_run(self) -> None:
        """It ends."""
        self.in_run = False

    def add(self, text: str) -> None:
        """A text, of the run we are in or of the whole string."""
        if self.is_full if self.in_run else (self.texts or self.is_rich):
            self.is_odd = True
        self.is_full = True
        self.texts.append(text)

    def spoil(self) -> None:
        """Readers differ on the string that we are in."""
        self.is_odd = True

    def take(self) -> str:
        """The text of the string that ends here. Raises OddCell where there are more texts than there may be: some
        programs read the first, some the last, some all."""
        text = self.texts[0] if len(self.texts) == 1 else "".join(self.texts)
        is_odd = self.is_odd
        self.texts.clear()
        self.is_rich = self.is_odd = False
        if is_odd:
            raise OddCell
        return text
