from committees.models.candidates import Candidate, DeletedCandidate
from committees.models.committees import Committee, Grader
from committees.models.confirmations import Confirmation, Reopening
from committees.models.exams import Exam, FsImport
from committees.models.log import LogEntry
from committees.models.notifications import Notification
from committees.models.people import User
from committees.models.sandboxes import Sandbox
from committees.models.transfers import Transfer, TransferLine, TransferSheet
from committees.models.uploads import Upload

__all__ = [
    "Candidate",
    "Committee",
    "Confirmation",
    "DeletedCandidate",
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
