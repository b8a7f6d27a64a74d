"""
One-line faults, planted one at a time in a copy of the code to see whether a test fails.

`python -m tests.planted --help`. Add a fault to `faults.py` with each rule whose loss would go unnoticed.
"""
