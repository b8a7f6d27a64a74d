"""Messages that a trainee sees."""

from django.db.models import Q

from training.models import Message, Trainee


def newest_message(trainee: Trainee) -> Message | None:
    """Return the newest message of the trainer that this trainee sees."""
    if trainee.session is None:
        return None
    return trainee.session.messages.filter(Q(trainee=None) | Q(trainee=trainee)).first()
