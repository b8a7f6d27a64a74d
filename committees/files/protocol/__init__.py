"""Grading protocols: the result of a confirmed committee on paper, with a code to check it."""

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
