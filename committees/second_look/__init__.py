"""
Detection of slips in a column of grades: pure functions without a database.

Each returns what it found, or None. `queries/second_look.py` collects the columns, `explaining.py` has the sentences.
"""
