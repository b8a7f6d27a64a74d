"""What a grading protocol is: all that a confirmed committee's grading came to, on paper, with a code to check it by."""

from .codes import read_code, write_code
from .content import Line, Protocol, Reopening, Signature
from .writing import PdfFailed, write_protocol

__all__ = [
    "Line",
    "PdfFailed",
    "Protocol",
    "Reopening",
    "Signature",
    "read_code",
    "write_code",
    "write_protocol",
]
