"""Exams, and imports of FS's files."""

import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.enums import ConfirmationRule, ExamKind, ExamRemoval, SpotCheck
from committees.grade_scales import LETTERS, SCALES, GradeScale, scale_choices
from committees.hidden_text import VisibleText
from committees.models.people import User
from committees.models.sandboxes import Sandbox
from committees.working_days import add_working_days

KEY_FIELDS = ("institusjonsnr", "emnekode", "versjonskode", "vurdkombkode", "vurdtidkode", "arstall")

# A `;` or a line end in a key could forge a line of a transfer file.
fs_key_part = RegexValidator(
    r"^[0-9A-Za-zÆØÅæøå./ _-]+\Z", _("An FS key may contain only letters, digits, spaces and . / _ -")
)


def folded_key(key: Iterable[str]) -> tuple[str, ...]:
    """Return an FS key without case and with one Unicode form of å, to find keys that were mistyped."""
    return tuple(unicodedata.normalize("NFC", part).casefold() for part in key)


def _upper_forms(code: str) -> set[str]:
    """Return the results of UPPER(code) in different databases: SQLite changes only a-z."""
    ascii_only = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
    return {code.upper(), code.translate(ascii_only), code.lower().translate(ascii_only)}


def default_deadline(exam_date: date) -> date:
    """Return the grading deadline of an exam whose planner gives none."""
    days, saturdays = settings.GRADING_WORKING_DAYS, settings.SATURDAYS_ARE_WORKING_DAYS
    return add_working_days(exam_date, days, saturdays=saturdays)


def _planner_of(exam: "Exam") -> str:
    named = [f"{one} ({one.email})" if one.email else str(one) for one in exam.contacts]
    if not named:
        return gettext("the planner")
    return gettext("the planner %(names)s") % {"names": gettext(" or ").join(named)}


_lazy_planner = lazy(_planner_of, str)


class ExamQuerySet(models.QuerySet["Exam"]):
    def planned_by(self, user: User) -> "ExamQuerySet":
        return self.filter(planners=user)

    def current(self) -> "ExamQuerySet":
        """Filter to the exams that are neither deleted nor cancelled."""
        return self.filter(removal="")

    def daily(self) -> "ExamQuerySet":
        """Filter to the exams of the daily lists: current, and not finished for `ARCHIVE_DAYS` or longer."""
        return self.current().exclude(_finished_for_long())

    def archived(self) -> "ExamQuerySet":
        """Filter to the exams outside of the daily lists: cancelled, or finished for `ARCHIVE_DAYS` or longer."""
        is_cancelled = Q(removal=ExamRemoval.CANCELLED)
        return self.filter(is_cancelled | (Q(removal="") & _finished_for_long()))

    def by_key(self, key: tuple[str, ...], sandbox: int | None) -> "ExamQuerySet":
        """
        Filter to the current exam with this FS key, six texts in the order of `KEY_FIELDS`.

        `sandbox` is a pk; None means the register itself.
        """
        return self.current().filter(sandbox=sandbox, **dict(zip(KEY_FIELDS, key, strict=True)))

    def like_keys(
        self, keys: Collection[tuple[str, ...]], sandbox: int | None
    ) -> "dict[tuple[str, ...], Exam]":
        """Return the current exams whose FS keys equal these except for case, by `folded_key`: one query for any number."""
        folded = {folded_key(key) for key in keys}
        codes = {form for key in keys for form in _upper_forms(key[1])}
        found = (
            self.current()
            .alias(code=Upper("emnekode"))
            .filter(sandbox=sandbox, code__in=codes)
            .order_by("-pk")
        )
        return {folded_key(exam.key): exam for exam in found if folded_key(exam.key) in folded}


def _finished_for_long() -> Q:
    """Return the condition that FS accepted every grade `ARCHIVE_DAYS` ago or earlier, and still has them."""
    from committees.models.candidates import Candidate  # noqa: PLC0415  # circular imports
    from committees.models.committees import Committee  # noqa: PLC0415
    from committees.models.transfers import Transfer  # noqa: PLC0415

    limit = timezone.now() - timedelta(days=settings.ARCHIVE_DAYS)
    transfers = Transfer.objects.filter(exam=OuterRef("pk"))
    recent = transfers.filter(Q(answered_at=None) | Q(answered_at__gt=limit))
    unplaced = Candidate.objects.filter(exam=OuterRef("pk"), committee=None)
    open_committees = Committee.objects.filter(exam=OuterRef("pk")).unfinished()
    return Q(Exists(transfers), ~Exists(recent), ~Exists(unplaced), ~Exists(open_committees))


ExamManager = models.Manager.from_queryset(ExamQuerySet)


class _NotDeleted(ExamManager["Exam"]):
    """All exams except deleted ones, which are read only for the log, its verification and undo."""

    def get_queryset(self) -> ExamQuerySet:
        return ExamQuerySet(self.model, using=self._db).exclude(removal=ExamRemoval.DELETED)


class Exam(VisibleText):
    """
    One sitting to be graded, a placeholder without digital answers. FS identifies it by its six-part key.

    An exam in a `sandbox` is a practice exam. Its people belong to that sandbox, and it is never sent to the real FS.
    """

    institusjonsnr = models.CharField(
        _("institution (institusjonsnr)"), max_length=10, validators=[fs_key_part]
    )
    emnekode = models.CharField(_("course code (emnekode)"), max_length=20, validators=[fs_key_part])
    versjonskode = models.CharField(
        _("version (versjonskode)"), max_length=10, default="1", validators=[fs_key_part]
    )
    vurdkombkode = models.CharField(
        _("assessment combination (vurdkombkode)"), max_length=20, validators=[fs_key_part]
    )
    vurdtidkode = models.CharField(_("term (vurdtidkode)"), max_length=20, validators=[fs_key_part])
    arstall = models.PositiveSmallIntegerField(
        _("year (arstall)"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("exam type"), max_length=20, choices=ExamKind, default=ExamKind.ORAL)
    date = models.DateField(_("date of the exam"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    deadline = models.DateField(
        _("grading deadline"),
        help_text=_("If left empty, the deadline is set from the exam date."),
        blank=True,
    )
    scale = models.CharField(_("grade scale"), max_length=10, choices=scale_choices(), default=LETTERS.code)
    rule = models.CharField(
        _("confirmation"), max_length=10, choices=ConfirmationRule, default=ConfirmationRule.ALL
    )
    spot_check = models.CharField(
        _("spot check before confirming"),
        max_length=10,
        choices=SpotCheck,
        default=SpotCheck.OFFERED,
        help_text=_("Graders compare five grades with their own notes."),
    )
    is_anonymous = models.BooleanField(
        _("anonymous"), default=True, help_text=_("Graders see only candidate numbers, not names.")
    )
    early_confirmation = models.BooleanField(
        _("graders can confirm before the day of the exam"), default=False
    )
    on_behalf = models.BooleanField(
        _("planners can confirm on behalf of graders"),
        default=True,
        help_text=_("For a grader who is unable to confirm. All graders of the committee are notified."),
    )
    planners_see_grades = models.BooleanField(
        _("planners see grades before they are confirmed"), default=False
    )
    transfer_by_committee = models.BooleanField(
        _("confirmed committees can be transferred before the others"), default=False
    )
    planners = models.ManyToManyField(User, verbose_name=_("planners"), related_name="planned_exams")
    sandbox = models.ForeignKey(
        Sandbox, models.PROTECT, null=True, blank=True, editable=False, related_name="exams"
    )
    removal = models.CharField(
        _("removed"), max_length=10, choices=ExamRemoval, blank=True, default="", editable=False
    )

    objects = _NotDeleted()
    everything = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["deadline", "emnekode", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=KEY_FIELDS,
                condition=models.Q(sandbox__isnull=True, removal=""),
                name="one_exam_per_fs_key",
                violation_error_message=_("There is already an exam with this FS key."),
            ),
            models.UniqueConstraint(
                fields=("sandbox", *KEY_FIELDS),
                condition=models.Q(sandbox__isnull=False, removal=""),
                name="one_exam_per_fs_key_in_a_sandbox",
                violation_error_message=_("There is already an exam with this FS key."),
            ),
            models.CheckConstraint(
                name="exam_removal_known", condition=models.Q(removal__in=["", *ExamRemoval.values])
            ),
            models.CheckConstraint(name="exam_kind_known", condition=models.Q(kind__in=ExamKind.values)),
            models.CheckConstraint(name="exam_scale_known", condition=models.Q(scale__in=list(SCALES))),
            models.CheckConstraint(
                name="exam_rule_known", condition=models.Q(rule__in=ConfirmationRule.values)
            ),
            models.CheckConstraint(
                name="exam_spot_check_known", condition=models.Q(spot_check__in=SpotCheck.values)
            ),
            models.CheckConstraint(
                name="deadline_not_before_exam",
                condition=models.Q(deadline__gte=models.F("date")),
                violation_error_message=_("The grading deadline can’t be before the exam."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.emnekode} {self.title}".rstrip()

    @property
    def title(self) -> str:
        """The name; "" if it only repeats the course code, as after an import without a name."""
        return "" if self.name.strip().casefold() == self.emnekode.casefold() else self.name

    @cached_property
    def contacts(self) -> list[User]:
        """The active planners, as contacts for graders. One query, at first use."""
        return list(self.planners.filter(is_active=True).order_by("name", "pk"))

    @property
    def planner_contact(self) -> str:
        """The planners for a sentence, “the planner Per Lund (per@ntnu.no)”. Lazy: read and translated when used."""
        return _lazy_planner(self)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # Forms exclude these fields, but the constraints on keys read them.
        super().validate_constraints(exclude={*(exclude or ())} - {"sandbox", "removal"})

    @property
    def is_practice(self) -> bool:
        return self.sandbox_id is not None

    @property
    def is_cancelled(self) -> bool:
        return self.removal == ExamRemoval.CANCELLED

    @property
    def key(self) -> tuple[str, ...]:
        """FS's key, six texts in the order of `KEY_FIELDS`."""
        return tuple(str(getattr(self, field)) for field in KEY_FIELDS)

    @property
    def grade_scale(self) -> GradeScale:
        return SCALES[self.scale]

    @property
    def grades(self) -> tuple[str, ...]:
        return self.grade_scale.codes

    @property
    def term(self) -> str:
        return f"{self.vurdtidkode} {self.arstall}"

    @property
    def is_held(self) -> bool:
        """Whether the day of the exam has come."""
        return self.date <= timezone.localdate()

    @property
    def is_open_for_confirmation(self) -> bool:
        """Whether the exam's date allows confirmation today."""
        return self.is_held or self.early_confirmation

    @property
    def days_left(self) -> int:
        """Whole days until the grading deadline; 0 on the day itself, negative when it has passed."""
        return (self.deadline - timezone.localdate()).days


class FsImport(models.Model):
    """The three FS-style files of one import: previewed after the upload, applied later."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    exams = models.BinaryField(default=b"")
    committees = models.BinaryField(default=b"")
    candidates = models.BinaryField(default=b"")
    scale = models.CharField(
        _("grade scale for new exams"), max_length=10, choices=scale_choices(), default=LETTERS.code
    )
    kind = models.CharField(
        _("exam type for new exams"), max_length=20, choices=ExamKind, default=ExamKind.ORAL
    )
    # Name, type, scale and anonymity of new exams, by FS key as text: see actions/import_choices.py.
    choices = models.JSONField(default=dict, editable=False)
    # Counts of what was imported by name, the pks of its exams, file, lines and reason of problems, and for the undo
    # the log entry of each exam (see actions/import_undo.py).
    result = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("import from FS")
        verbose_name_plural = _("imports from FS")
        constraints = [
            models.CheckConstraint(name="import_kind_known", condition=models.Q(kind__in=ExamKind.values)),
            models.CheckConstraint(name="import_scale_known", condition=models.Q(scale__in=list(SCALES))),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
