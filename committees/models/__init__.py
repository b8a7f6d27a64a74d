from committees.models.committees import Candidate, Committee, Grader
from committees.models.exams import Exam, FsImport
from committees.models.grades import Confirmation, Reopening, Upload
from committees.models.log import LogEntry
from committees.models.notifications import Notification
from committees.models.people import User
from committees.models.sandboxes import Sandbox
from committees.models.transfers import Transfer, TransferLine, TransferSheet

__all__ = [
    "Candidate",
    "Committee",
    "Confirmation",
    "Exam",
    "FsImport",
    "Grader",
    "LogEntry",
    "Notification",
    "Reopening",
    "Sandbox",
    "Transfer",
    "TransferLine",
    "TransferSheet",
    "Upload",
    "User",
]
