"""Grading protocols: the result of a confirmed committee on paper, with a code to check it."""

from .codes import plain_letters, read_code, write_code
from .content import Line, Protocol, Reopening, Signature
from .writing import PdfFailed, write_pdf, write_protocol

__all__ = [
    "Line",
    "PdfFailed",
    "Protocol",
    "Reopening",
    "Signature",
    "plain_letters",
    "read_code",
    "write_code",
    "write_pdf",
    "write_protocol",
]
