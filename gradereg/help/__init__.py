"""Help: a page for each role, their search, and the film."""
