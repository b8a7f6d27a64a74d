"""Program that reads the content of a document as JSON from stdin and writes the PDF to stdout.

Arguments: the timestamp of the document, and its template.
"""

# A separate process, because Typst keeps what it has drawn in memory: 200 MB for 5,000 candidates.

import sys
from datetime import UTC, datetime
from pathlib import Path

import typst


def compile_pdf(template: Path, content: str, at: datetime) -> bytes:
    """Return `content` in `template` as PDF/UA, dated `at`."""
    return typst.compile(
        template,
        root=template.parent,
        # System fonts differ between machines, and so would the bytes.
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": content},
        pdf_standards=["ua-1"],
        timestamp=at,
    )


if __name__ == "__main__":
    at = datetime.fromtimestamp(int(sys.argv[1]), UTC)
    sys.stdout.buffer.write(compile_pdf(Path(sys.argv[2]), sys.stdin.buffer.read().decode(), at))
