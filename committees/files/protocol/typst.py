"""
Run as a program of its own: what a protocol says comes in as JSON, the PDF goes out.

Typst keeps in memory what it has drawn, 200 MB for 5,000 candidates, and a server would go on carrying that.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("protocol.typ")


def compile_pdf(content: str, at: datetime) -> bytes:
    """The PDF/UA of `content`, dated `at`."""
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        # Another machine has other fonts, and would write other bytes.
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": content},
        pdf_standards=["ua-1"],
        timestamp=at,
    )


if __name__ == "__main__":
    at = datetime.fromtimestamp(int(sys.argv[1]), UTC)
    sys.stdout.buffer.write(compile_pdf(sys.stdin.buffer.read().decode(), at))
