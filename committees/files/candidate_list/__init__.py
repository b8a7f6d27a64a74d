"""Lists of candidates as people paste them from Excel or a mail, or have them in a workbook."""

from .fields import MAX_CANDIDATES, BadField, Candidate, Problem
from .ranges import in_words, read_ranges
from .reading import CandidateList, read_candidate_list
from .workbooks import as_text

__all__ = [
    "MAX_CANDIDATES",
    "BadField",
    "Candidate",
    "CandidateList",
    "Problem",
    "as_text",
    "in_words",
    "read_candidate_list",
    "read_ranges",
]
