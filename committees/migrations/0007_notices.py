import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TOLD = [
    ('confirmed', 'A co-grader has confirmed'),
    ('changed', 'Grades changed after you confirmed'),
    ('moved', 'Candidates moved after you confirmed'),
    ('seated', 'You have a seat on a committee'),
    ('unseated', 'You no longer have a seat on a committee'),
    ('reopened', 'A committee is open again'),
    ('deadline-near', 'A grading deadline is near'),
    ('deadline-passed', 'A grading deadline has passed'),
    ('overdue', 'Grading is late'),
    ('all-confirmed', 'An exam is ready for transfer'),
    ('fs-answered', 'FS answered a transfer'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0006_preferences'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['', 'en', 'nb', 'nn'])), name='language_known'),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told', models.CharField(choices=TOLD, max_length=20)),
                ('deadline', models.DateField(null=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('mail_after', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('committee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.committee')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.logentry')),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.exam')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-at', '-pk'],
                'indexes': [
                    models.Index(fields=['person', '-at'], name='notices_of_person'),
                    models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='unread_notices'),
                    models.Index(condition=models.Q(('mailed_at', None), ('read_at', None)), fields=['at'], name='unmailed_notices'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('told__in', [value for value, _label in TOLD])), name='told_known'),
                    models.UniqueConstraint(fields=('person', 'told', 'entry'), name='one_notice_per_entry'),
                    models.UniqueConstraint(fields=('person', 'told', 'exam', 'deadline'), name='one_notice_per_deadline'),
                ],
            },
        ),
    ]
