"""
One-line faults, planted one at a time in a copy of the code to see whether a test fails.

`python -m tests.planted --help`. For each new rule that could be lost unnoticed, add a fault to `faults.py`.
"""
