"""Settings of new exams that FS's files do not include: chosen in the preview, or taken over from the same course."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from django.db import transaction

from committees.actions.import_plan import Key
from committees.errors import Refusal, Refused
from committees.models import Exam, FsImport


@dataclass(frozen=True, slots=True)
class ExamChoice:
    """What a planner chooses for a new exam."""

    name: str
    kind: str
    scale: str
    is_anonymous: bool


def choices_for(batch: FsImport, keys: Collection[Key]) -> dict[Key, ExamChoice]:
    """
    Return the settings of new exams with these FS keys. One query.

    As chosen in the preview, otherwise those of the newest exam with the same course code, otherwise the import's.
    """
    known = _remembered(batch, keys)
    found = {}
    for key in keys:
        if chosen := batch.choices.get(";".join(key)):
            found[key] = ExamChoice(**chosen)
        else:
            same_course = known.get(key[:2])
            default = ExamChoice(key[1], batch.kind, batch.scale, is_anonymous=True)
            found[key] = known.get((*key[:2], key[3])) or same_course or default
    return found


def _remembered(batch: FsImport, keys: Collection[Key]) -> dict[Key, ExamChoice]:
    """Return the settings of the newest exams by institution and course, and also by assessment combination."""
    exams = Exam.objects.filter(
        sandbox=batch.by.sandbox_id,
        institusjonsnr__in={key[0] for key in keys},
        emnekode__in={key[1] for key in keys},
    )
    found: dict[Key, ExamChoice] = {}
    columns = ("institusjonsnr", "emnekode", "vurdkombkode", "name", "kind", "scale", "is_anonymous")
    for institution, code, combination, *settings in exams.order_by("date", "pk").values_list(*columns):
        found[institution, code] = found[institution, code, combination] = ExamChoice(*settings)
    return found


@transaction.atomic
def keep_choices(batch: FsImport, choices: Mapping[str, ExamChoice]) -> FsImport:
    """Save what the planner chose in the preview, by FS key as text. Raise Refused if the files were imported."""
    batch = FsImport.objects.select_for_update(of=("self",)).select_related("by").get(pk=batch.pk)
    if batch.applied_at:
        raise Refused(Refusal.IMPORT_APPLIED)
    batch.choices |= {key: asdict(choice) for key, choice in choices.items()}
    batch.save(update_fields=["choices"])
    return batch
