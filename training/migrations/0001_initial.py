import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('committees', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuthoredScenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True, verbose_name='key')),
                ('source', models.TextField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('verdict', models.JSONField(default=dict)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authored_scenarios', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'scenario',
                'verbose_name_plural': 'scenarios',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Trainee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_key', models.CharField(max_length=320)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
                ('hand_raised_at', models.DateTimeField(null=True)),
                ('extra_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(600)], verbose_name='extra minutes per scenario')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trainings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'trainee',
                'verbose_name_plural': 'trainees',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('mode', models.CharField(choices=[('session', 'Training session'), ('assessed', 'Assessed training session'), ('self-study', 'Self-study')], max_length=20)),
                ('session_title', models.CharField(blank=True, max_length=120)),
                ('session_date', models.DateField(null=True)),
                ('trainer', models.CharField(blank=True, max_length=200)),
                ('scenarios', models.JSONField(default=list)),
                ('issued_at', models.DateTimeField()),
                ('trainee', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='certificate', to='training.trainee')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='TrainingSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('date', models.DateField(verbose_name='date')),
                ('language', models.CharField(choices=[('en', 'English'), ('nb', 'Norsk bokmål'), ('nn', 'Norsk nynorsk')], max_length=5, verbose_name='language')),
                ('scenarios', models.JSONField(default=list, verbose_name='scenarios')),
                ('closed', models.JSONField(default=list)),
                ('code', models.CharField(max_length=6, unique=True)),
                ('link_key', models.CharField(max_length=16)),
                ('is_assessed', models.BooleanField(default=False)),
                ('time_limit', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='time limit in minutes')),
                ('group_size', models.PositiveSmallIntegerField(choices=[(1, 'One, with robots as colleagues'), (2, 'Two in one committee'), (3, 'Three in one committee')], default=1, verbose_name='trainees per practice copy')),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='training_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'training session',
                'verbose_name_plural': 'training sessions',
                'ordering': ['-date', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='trainee',
            name='session',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trainees', to='training.trainingsession'),
        ),
        migrations.CreateModel(
            name='PinnedScenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario_key', models.CharField(max_length=60)),
                ('blueprint', models.JSONField()),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pinned', to='training.trainingsession')),
            ],
            options={
                'verbose_name': 'scenario of a training session',
                'verbose_name_plural': 'scenarios of training sessions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='message')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('trainee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='training.trainee')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='training.trainingsession')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario_key', models.CharField(max_length=60)),
                ('blueprint', models.JSONField()),
                ('is_shared', models.BooleanField(default=False)),
                ('day', models.DateField()),
                ('started_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('completed_at', models.DateTimeField(null=True)),
                ('best', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveIntegerField(default=1)),
                ('is_assessed', models.BooleanField(default=False)),
                ('ends_at', models.DateTimeField(null=True)),
                ('points', models.JSONField(default=list)),
                ('people', models.JSONField(default=dict)),
                ('tasks', models.JSONField(default=dict)),
                ('events', models.JSONField(default=dict)),
                ('fired', models.JSONField(default=dict)),
                ('helps', models.JSONField(default=dict)),
                ('refusals', models.JSONField(default=list)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('watched_at', models.DateTimeField(null=True)),
                ('watched_by', models.CharField(blank=True, max_length=200)),
                ('sandbox', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='committees.sandbox')),
                ('trainee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='training.trainee')),
            ],
            options={
                'verbose_name': 'run',
                'verbose_name_plural': 'runs',
                'ordering': ['trainee_id', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('trainee', 'scenario_key'), name='one_run_per_scenario')],
            },
        ),
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(fields=['expires_at'], name='session_expiry'),
        ),
        migrations.AddConstraint(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', {'en': 'English', 'nb': 'Norsk bokmål', 'nn': 'Norsk nynorsk'})), name='session_language_known'),
        ),
        migrations.AddConstraint(
            model_name='trainee',
            constraint=models.UniqueConstraint(condition=models.Q(('session__isnull', False)), fields=('session', 'name_key'), name='one_trainee_per_name', violation_error_message='Someone has already joined with this name. Add an initial or your department.'),
        ),
        migrations.AddConstraint(
            model_name='trainee',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False), ('session__isnull', False)), fields=('session', 'person'), name='one_trainee_per_person'),
        ),
        migrations.AddConstraint(
            model_name='trainee',
            constraint=models.UniqueConstraint(condition=models.Q(('session__isnull', True)), fields=('person',), name='one_self_study_per_person'),
        ),
        migrations.AddConstraint(
            model_name='trainee',
            constraint=models.CheckConstraint(condition=models.Q(('session__isnull', False), ('person__isnull', False), _connector='OR'), name='trainee_belongs_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='pinnedscenario',
            constraint=models.UniqueConstraint(fields=('session', 'scenario_key'), name='one_pin_per_scenario'),
        ),
    ]
