from committees.models.committees import Candidate, Committee, Grader
from committees.models.exams import Exam, FsImport
from committees.models.grades import Confirmation, Reopening, Upload
from committees.models.log import LogEntry
from committees.models.notices import Notice
from committees.models.people import User
from committees.models.transfers import Transfer, TransferLine, TransferSheet
from committees.models.worlds import World

__all__ = [
    "Candidate",
    "Committee",
    "Confirmation",
    "Exam",
    "FsImport",
    "Grader",
    "LogEntry",
    "Notice",
    "Reopening",
    "Transfer",
    "TransferLine",
    "TransferSheet",
    "Upload",
    "User",
    "World",
]
