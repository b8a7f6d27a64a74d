"""Forms, by what they are about. They check input; acts check again."""
