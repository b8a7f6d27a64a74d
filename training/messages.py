"""Messages that a trainee sees."""

from training.models import Message, Trainee


def newest_message(trainee: Trainee) -> Message | None:
    """Return the newest message of the trainer that this trainee sees."""
    return trainee.session.messages.first() if trainee.session else None
