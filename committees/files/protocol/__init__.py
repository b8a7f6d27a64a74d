"""What a grading protocol is: all that a confirmed committee's grading came to, on paper, with a code to check it by."""

from .codes import read_code, write_code
from .saying import Line, Protocol, Return, Signature
from .writing import PdfFailed, write_protocol

__all__ = [
    "Line",
    "PdfFailed",
    "Protocol",
    "Return",
    "Signature",
    "read_code",
    "write_code",
    "write_protocol",
]
