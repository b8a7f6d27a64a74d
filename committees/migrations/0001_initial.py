import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# The triggers of the log as this version makes them; `migrate` makes those of later versions anew (committees/audit/triggers.py).
TRIGGERS = {
    'postgresql': [
        """
        CREATE OR REPLACE FUNCTION refuse_to_change_the_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT 1 FROM committees_exam WHERE id = OLD.exam_id AND sandbox_id IS NOT NULL) THEN
                    RETURN OLD;
                END IF;
            END IF;
            RAISE EXCEPTION 'A log entry is never changed or deleted.' USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER log_is_forever BEFORE DELETE OR UPDATE ON committees_logentry
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_log()
        """,
        'ALTER TABLE committees_logentry ENABLE ALWAYS TRIGGER log_is_forever',
        """
        CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON committees_logentry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_log()
        """,
        'ALTER TABLE committees_logentry ENABLE ALWAYS TRIGGER log_is_not_emptied',
        """
        CREATE OR REPLACE FUNCTION refuse_to_change_the_sandbox() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.sandbox_id IS DISTINCT FROM NEW.sandbox_id OR OLD.id <> NEW.id THEN
                RAISE EXCEPTION 'An exam never changes its sandbox.' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER exam_keeps_its_sandbox BEFORE UPDATE ON committees_exam
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_sandbox()
        """,
        'ALTER TABLE committees_exam ENABLE ALWAYS TRIGGER exam_keeps_its_sandbox',
        """
        CREATE OR REPLACE FUNCTION refuse_to_begin_with_a_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.sandbox_id IS NOT NULL AND EXISTS (SELECT 1 FROM committees_logentry WHERE exam_id = NEW.id) THEN
                RAISE EXCEPTION 'A practice exam begins with an empty log.' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER practice_begins_without_log BEFORE INSERT ON committees_exam
        FOR EACH ROW EXECUTE FUNCTION refuse_to_begin_with_a_log()
        """,
        'ALTER TABLE committees_exam ENABLE ALWAYS TRIGGER practice_begins_without_log',
    ],
    'sqlite': [
        """
        CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON committees_logentry
        BEGIN SELECT RAISE(ABORT, 'A log entry is never changed or deleted.'); END
        """,
        """
        CREATE TRIGGER log_is_not_deleted BEFORE DELETE ON committees_logentry
        WHEN NOT EXISTS (SELECT 1 FROM committees_exam WHERE id = OLD.exam_id AND sandbox_id IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, 'A log entry is never changed or deleted.'); END
        """,
        """
        CREATE TRIGGER log_is_not_replaced BEFORE INSERT ON committees_logentry
        WHEN EXISTS (SELECT 1 FROM committees_logentry WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM committees_logentry WHERE committee_id = NEW.committee_id AND position = NEW.position)
          OR (NEW.committee_id IS NULL AND EXISTS (SELECT 1 FROM committees_logentry
              WHERE committee_id IS NULL AND exam_id = NEW.exam_id AND position = NEW.position))
        BEGIN SELECT RAISE(ABORT, 'A log entry is never replaced.'); END
        """,
        """
        CREATE TRIGGER exam_keeps_its_sandbox BEFORE UPDATE ON committees_exam
        WHEN OLD.sandbox_id IS NOT NEW.sandbox_id OR OLD.id <> NEW.id
        BEGIN SELECT RAISE(ABORT, 'An exam never changes its sandbox.'); END
        """,
        """
        CREATE TRIGGER practice_begins_without_log BEFORE INSERT ON committees_exam
        WHEN NEW.sandbox_id IS NOT NULL AND EXISTS (SELECT 1 FROM committees_logentry WHERE exam_id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'A practice exam begins with an empty log.'); END
        """,
    ],
}


def create_triggers(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in TRIGGERS[schema_editor.connection.vendor]:
            cursor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sandbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner_key', models.CharField(blank=True, max_length=40)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'practice world',
                'verbose_name_plural': 'practice worlds',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('feide_name', models.CharField(blank=True, help_text='user@realm. Invited people are identified by this name.', max_length=200, null=True, verbose_name='Feide name')),
                ('is_planner', models.BooleanField(default=False, help_text='Can create exams, but see only those they plan.', verbose_name='planner')),
                ('institutions', models.CharField(blank=True, help_text='FS’s numbers of the institutions whose exams this planner may import, separated by spaces. If empty, only the institution of this site.', max_length=100, validators=[django.core.validators.RegexValidator('^[0-9]+( [0-9]+)*\\Z', 'Enter FS’s institution numbers separated by spaces, for example 194 185.')], verbose_name='institutions')),
                ('is_trainer', models.BooleanField(default=False, help_text='Can run training sessions.', verbose_name='trainer')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('nb', 'Norsk bokmål'), ('nn', 'Norsk nynorsk')], default='', editable=False, max_length=5, verbose_name='language')),
                ('last_language', models.CharField(blank=True, default='', editable=False, max_length=5)),
                ('theme', models.CharField(blank=True, choices=[('', 'System default'), ('light', 'Light'), ('dark', 'Dark')], default='', editable=False, max_length=5, verbose_name='appearance')),
                ('mail_frequency', models.CharField(choices=[('at-once', 'Immediately'), ('daily', 'Once a day'), ('never', 'Never')], default='at-once', editable=False, max_length=7, verbose_name='e-mail')),
                ('email_source', models.CharField(blank=True, choices=[('feide', 'Feide'), ('person', 'the person'), ('planner', 'a planner')], default='', editable=False, max_length=7)),
                ('signs_in_by_code', models.BooleanField(default=False, editable=False, help_text='Has no Feide, and signs in with a code sent to the e-mail address.')),
                ('has_support_password', models.BooleanField(default=False, editable=False, help_text='Support chose the password, or the Feide name of an account with a password.')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('sandbox', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='committees.sandbox')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Exam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institusjonsnr', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('^[0-9A-Za-zÆØÅæøå./ _-]+\\Z', 'An FS key may contain only letters, digits, spaces and . / _ -')], verbose_name='institution (institusjonsnr)')),
                ('emnekode', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[0-9A-Za-zÆØÅæøå./ _-]+\\Z', 'An FS key may contain only letters, digits, spaces and . / _ -')], verbose_name='course code (emnekode)')),
                ('versjonskode', models.CharField(default='1', max_length=10, validators=[django.core.validators.RegexValidator('^[0-9A-Za-zÆØÅæøå./ _-]+\\Z', 'An FS key may contain only letters, digits, spaces and . / _ -')], verbose_name='version (versjonskode)')),
                ('vurdkombkode', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[0-9A-Za-zÆØÅæøå./ _-]+\\Z', 'An FS key may contain only letters, digits, spaces and . / _ -')], verbose_name='assessment combination (vurdkombkode)')),
                ('vurdtidkode', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[0-9A-Za-zÆØÅæøå./ _-]+\\Z', 'An FS key may contain only letters, digits, spaces and . / _ -')], verbose_name='term (vurdtidkode)')),
                ('arstall', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year (arstall)')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('oral', 'Oral'), ('practical', 'Practical'), ('paper', 'On paper')], default='oral', max_length=20, verbose_name='exam type')),
                ('date', models.DateField(verbose_name='date of the exam')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('deadline', models.DateField(blank=True, help_text='If left empty, the deadline is set from the exam date.', verbose_name='grading deadline')),
                ('scale', models.CharField(choices=[('A-F', 'A–F'), ('PASS', 'Pass/NotPass')], default='A-F', max_length=10, verbose_name='grade scale')),
                ('rule', models.CharField(choices=[('all', 'All graders must confirm'), ('one', 'One grader can confirm')], default='all', max_length=10, verbose_name='confirmation')),
                ('spot_check', models.CharField(choices=[('off', 'Off'), ('offered', 'Offered'), ('expected', 'Expected')], default='offered', help_text='Graders compare five grades with their own notes.', max_length=10, verbose_name='spot check before confirming')),
                ('is_anonymous', models.BooleanField(default=True, help_text='Graders see only candidate numbers, not names.', verbose_name='anonymous')),
                ('early_confirmation', models.BooleanField(default=False, verbose_name='graders can confirm before the day of the exam')),
                ('on_behalf', models.BooleanField(default=True, help_text='For a grader who is unable to confirm. All graders of the committee are notified.', verbose_name='planners can confirm on behalf of graders')),
                ('planners_see_grades', models.BooleanField(default=False, verbose_name='planners see grades before they are confirmed')),
                ('transfer_by_committee', models.BooleanField(default=False, verbose_name='confirmed committees can be transferred before the others')),
                ('removal', models.CharField(blank=True, choices=[('deleted', 'Deleted'), ('cancelled', 'Cancelled')], default='', editable=False, max_length=10, verbose_name='removed')),
                ('planners', models.ManyToManyField(related_name='planned_exams', to=settings.AUTH_USER_MODEL, verbose_name='planners')),
                ('sandbox', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exams', to='committees.sandbox')),
            ],
            options={
                'verbose_name': 'exam',
                'verbose_name_plural': 'exams',
                'ordering': ['deadline', 'emnekode', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='committee number (kommislopenr)')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name (kommisjonsnavn)')),
                ('digest', models.CharField(default='', editable=False, max_length=64)),
                ('round', models.PositiveIntegerField(default=1, editable=False)),
                ('is_deleted', models.BooleanField(default=False, editable=False)),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='committees', to='committees.exam')),
            ],
            options={
                'verbose_name': 'committee',
                'verbose_name_plural': 'committees',
                'ordering': ['exam_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='FsImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('applied_at', models.DateTimeField(editable=False, null=True)),
                ('undone_at', models.DateTimeField(editable=False, null=True)),
                ('exams', models.BinaryField(default=b'')),
                ('committees', models.BinaryField(default=b'')),
                ('candidates', models.BinaryField(default=b'')),
                ('scale', models.CharField(choices=[('A-F', 'A–F'), ('PASS', 'Pass/NotPass')], default='A-F', max_length=10, verbose_name='grade scale for new exams')),
                ('kind', models.CharField(choices=[('oral', 'Oral'), ('practical', 'Practical'), ('paper', 'On paper')], default='oral', max_length=20, verbose_name='exam type for new exams')),
                ('choices', models.JSONField(default=dict, editable=False)),
                ('result', models.JSONField(default=dict, editable=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import from FS',
                'verbose_name_plural': 'imports from FS',
            },
        ),
        migrations.CreateModel(
            name='Grader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_external', models.BooleanField(default=False, verbose_name='external')),
                ('downloaded_at', models.DateTimeField(editable=False, null=True)),
                ('committee', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='graders', to='committees.committee')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'grader',
                'verbose_name_plural': 'graders',
                'ordering': ['committee_id', 'is_external', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('action', models.CharField(choices=[('exam.created', 'created the exam'), ('exam.changed', 'changed the exam'), ('exam.deleted', 'deleted the exam'), ('exam.cancelled', 'cancelled the exam'), ('exam.restored', 'restored the exam'), ('exam.handed-over', 'handed over the exam'), ('committee.deleted', 'deleted a committee'), ('committee.restored', 'restored a committee'), ('candidates.deleted', 'deleted candidates'), ('candidates.restored', 'restored candidates'), ('exam.imported', 'imported files from FS'), ('grader.seated', 'added a grader'), ('grader.unseated', 'removed a grader'), ('grader.corrected', 'corrected the name or e-mail address of a grader'), ('candidates.added', 'added candidates'), ('candidates.moved', 'moved candidates'), ('attendance.noted', 'set attendance'), ('grade.clicked', 'set a grade by clicking'), ('grade.typed', 'typed a grade'), ('grade.reset', 'removed a grade'), ('grades.remaining', 'set all remaining grades'), ('grades.remaining-undone', 'undid setting all remaining grades'), ('grades.uploaded', 'uploaded grades from Excel'), ('grades.proposals', 'accepted proposed grades'), ('grades.corrected', 'corrected a rejected row'), ('grades.restored', 'restored replaced grades'), ('upload.undone', 'undid an upload'), ('grading.confirmed', 'confirmed final grading'), ('grading.confirmed-for', 'confirmed on behalf of a grader'), ('grading.withdrawn', 'withdrew a confirmation'), ('committee.reopened', 'reopened the committee'), ('graders.reminded', 'queued reminders to graders'), ('transfer.made', 'transferred grades to FS'), ('transfer.receipts', 'received receipts from FS')], max_length=30, verbose_name='what')),
                ('changes', models.JSONField(default=dict)),
                ('details', models.JSONField(default=dict)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('entry_hash', models.CharField(editable=False, max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('committee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='log', to='committees.committee')),
                ('exam', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='log', to='committees.exam')),
            ],
            options={
                'verbose_name': 'log entry',
                'verbose_name_plural': 'log entries',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DeletedCandidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20)),
                ('feide_name', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('attendance', models.CharField(blank=True, max_length=10)),
                ('committee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.committee')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deleted_candidates', to='committees.logentry')),
                ('grade_entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.logentry')),
            ],
            options={
                'verbose_name': 'deleted candidate',
                'verbose_name_plural': 'deleted candidates',
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('round', models.PositiveIntegerField()),
                ('planner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='confirmation', to='committees.grader')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.logentry')),
            ],
            options={
                'verbose_name': 'confirmation',
                'verbose_name_plural': 'confirmations',
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[0-9]+\\Z')], verbose_name='candidate number (kandidatlopenr)')),
                ('feide_name', models.CharField(blank=True, max_length=200, verbose_name='Feide name')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('attendance', models.CharField(blank=True, choices=[('', 'Not recorded'), ('attended', 'Attended'), ('absent', 'Did not attend'), ('withdrew', 'Withdrew')], default='', max_length=10, verbose_name='attendance')),
                ('grade', models.CharField(blank=True, default='', editable=False, max_length=10, verbose_name='grade')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='committees.committee')),
                ('exam', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='committees.exam')),
                ('grade_entry', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.logentry')),
            ],
            options={
                'verbose_name': 'candidate',
                'verbose_name_plural': 'candidates',
                'ordering': ['exam_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confirmed', 'A co-grader has confirmed'), ('confirmed-for', 'A planner confirmed on behalf of a grader'), ('changed', 'Grades changed after you confirmed'), ('replaced', 'An upload replaced grades that you set'), ('moved', 'Candidates moved after you confirmed'), ('voided', 'You need to confirm again'), ('locked', 'A committee is confirmed'), ('email-set', 'An e-mail address was added to your account'), ('seated', 'You were added as a grader'), ('unseated', 'You were removed as a grader'), ('reopened', 'A committee was reopened'), ('deadline-near', 'A grading deadline is near'), ('deadline-passed', 'A grading deadline has passed'), ('overdue', 'Grading is late'), ('committee-ready', 'A committee is ready for transfer'), ('all-confirmed', 'An exam is ready for transfer'), ('fs-answered', 'FS answered a transfer'), ('reminded', 'Reminder: grading to confirm'), ('exam-cancelled', 'An exam was cancelled'), ('exam-deleted', 'An exam was deleted'), ('committee-deleted', 'A committee was deleted'), ('restored', 'You are a grader again'), ('planner-added', 'You were added as a planner')], max_length=20)),
                ('deadline', models.DateField(null=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('mail_after', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('mail_problem', models.CharField(blank=True, choices=[('unreached', 'the mail server did not answer'), ('refused', 'the mail server rejected the e-mail'), ('broken', 'the e-mail could not be created'), ('silent', 'the mail server stopped answering during sending')], default='', max_length=20)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('committee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.committee')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.logentry')),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.exam')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveIntegerField()),
                ('code', models.CharField(choices=[('FEILREG', 'FEILREG – wrongly registered'), ('KLAGE', 'KLAGE – after an appeal'), ('NYINFO', 'NYINFO – new information')], max_length=10, verbose_name='change code')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='committees.committee')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.logentry')),
            ],
            options={
                'verbose_name': 'reopening',
                'verbose_name_plural': 'reopenings',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('answered_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='committees.exam')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['exam_id', '-number'],
            },
        ),
        migrations.AddField(
            model_name='logentry',
            name='transfer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='log', to='committees.transfer'),
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('grade', models.CharField(max_length=10)),
                ('code', models.CharField(blank=True, choices=[('FEILREG', 'FEILREG – wrongly registered'), ('KLAGE', 'KLAGE – after an appeal'), ('NYINFO', 'NYINFO – new information')], max_length=10)),
                ('status', models.CharField(choices=[('pending', 'Awaiting reply'), ('taken', 'Accepted'), ('refused', 'Refused')], default='pending', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_lines', to='committees.candidate')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_lines', to='committees.committee')),
                ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='committees.transfer')),
            ],
            options={
                'verbose_name': 'transfer line',
                'verbose_name_plural': 'transfer lines',
                'ordering': ['transfer_id', 'line'],
            },
        ),
        migrations.CreateModel(
            name='TransferSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('is_complete', models.BooleanField(default=False)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_sheets', to='committees.committee')),
                ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='committees.transfer')),
            ],
            options={
                'verbose_name': 'transferred grade sheet',
                'verbose_name_plural': 'transferred grade sheets',
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('file_name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('sheet', models.CharField(blank=True, max_length=255)),
                ('ignored_columns', models.JSONField(default=list)),
                ('hidden', models.JSONField(default=dict)),
                ('list_entry_id', models.BigIntegerField(null=True)),
                ('take_as_is', models.BooleanField(default=False)),
                ('voided', models.JSONField(default=list)),
                ('rows', models.JSONField(default=list)),
                ('missing', models.JSONField(default=list)),
                ('counts', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='committees.committee')),
            ],
            options={
                'verbose_name': 'upload',
                'verbose_name_plural': 'uploads',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='logentry',
            name='upload',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='log', to='committees.upload'),
        ),
        migrations.AddConstraint(
            model_name='committee',
            constraint=models.UniqueConstraint(condition=models.Q(('is_deleted', False)), fields=('exam', 'number'), name='one_committee_per_number', violation_error_message='The exam already has a committee with this number.'),
        ),
        migrations.AddConstraint(
            model_name='fsimport',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['oral', 'practical', 'paper'])), name='import_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='fsimport',
            constraint=models.CheckConstraint(condition=models.Q(('scale__in', ['A-F', 'PASS'])), name='import_scale_known'),
        ),
        migrations.AddConstraint(
            model_name='grader',
            constraint=models.UniqueConstraint(fields=('committee', 'person'), name='one_seat_per_person', violation_error_message='This person is already a grader in the committee.'),
        ),
        migrations.AddConstraint(
            model_name='deletedcandidate',
            constraint=models.UniqueConstraint(fields=('entry', 'number'), name='one_deleted_candidate_per_number'),
        ),
        migrations.AddIndex(
            model_name='candidate',
            index=models.Index(fields=['feide_name'], name='candidate_feide_name'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.UniqueConstraint(fields=('exam', 'number'), name='one_candidate_per_number', violation_error_message='The exam already has a candidate with this number.'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(('grade__in', ['', 'A', 'B', 'C', 'D', 'E', 'F', 'Pass', 'NotPass'])), name='grade_of_a_scale'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(('grade', ''), ('grade_entry__isnull', False), _connector='OR'), name='grade_is_explained'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(('attendance__in', ['', 'attended', 'absent', 'withdrew'])), name='attendance_known'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['person', '-at'], name='notifications_of_person'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='unread_notifications'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('mailed_at', None), ('read_at', None)), fields=['at'], name='unmailed_notifications'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['confirmed', 'confirmed-for', 'changed', 'replaced', 'moved', 'voided', 'locked', 'email-set', 'seated', 'unseated', 'reopened', 'deadline-near', 'deadline-passed', 'overdue', 'committee-ready', 'all-confirmed', 'fs-answered', 'reminded', 'exam-cancelled', 'exam-deleted', 'committee-deleted', 'restored', 'planner-added'])), name='notification_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'entry'), name='one_notification_per_entry'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'exam', 'deadline'), name='one_notification_per_deadline'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.UniqueConstraint(fields=('committee', 'round'), name='one_reopening_per_round'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['FEILREG', 'KLAGE', 'NYINFO'])), name='reopening_code_known'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.UniqueConstraint(condition=models.Q(('removal', ''), ('sandbox__isnull', True)), fields=('institusjonsnr', 'emnekode', 'versjonskode', 'vurdkombkode', 'vurdtidkode', 'arstall'), name='one_exam_per_fs_key', violation_error_message='There is already an exam with this FS key.'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.UniqueConstraint(condition=models.Q(('removal', ''), ('sandbox__isnull', False)), fields=('sandbox', 'institusjonsnr', 'emnekode', 'versjonskode', 'vurdkombkode', 'vurdtidkode', 'arstall'), name='one_exam_per_fs_key_in_a_sandbox', violation_error_message='There is already an exam with this FS key.'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.CheckConstraint(condition=models.Q(('removal__in', ['', 'deleted', 'cancelled'])), name='exam_removal_known'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['oral', 'practical', 'paper'])), name='exam_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.CheckConstraint(condition=models.Q(('scale__in', ['A-F', 'PASS'])), name='exam_scale_known'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.CheckConstraint(condition=models.Q(('rule__in', ['all', 'one'])), name='exam_rule_known'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.CheckConstraint(condition=models.Q(('spot_check__in', ['off', 'offered', 'expected'])), name='exam_spot_check_known'),
        ),
        migrations.AddConstraint(
            model_name='exam',
            constraint=models.CheckConstraint(condition=models.Q(('deadline__gte', models.F('date'))), name='deadline_not_before_exam', violation_error_message='The grading deadline can’t be before the exam.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('feide_name__isnull', True), ('feide_name', django.db.models.functions.text.Lower('feide_name')), _connector='OR'), name='feide_name_in_lower_case', violation_error_message='A Feide name must be in lower case.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('sandbox__isnull', True)), fields=('feide_name',), name='one_person_per_feide_name', violation_error_message='A person with this Feide name already exists.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('sandbox__isnull', True), ('signs_in_by_code', True)), name='one_person_per_code_address', violation_error_message='Another person already signs in with codes sent to this address.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('signs_in_by_code', False), models.Q(('email', ''), _negated=True), _connector='OR'), name='codes_need_an_address', violation_error_message='This person signs in with codes sent to the e-mail address.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email_source__in', ['', 'feide', 'person', 'planner'])), name='email_source_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['', 'en', 'nb', 'nn'])), name='language_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('theme__in', ['', 'light', 'dark'])), name='theme_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('mail_frequency__in', ['at-once', 'daily', 'never'])), name='mail_frequency_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('sandbox__isnull', False)), fields=('sandbox', 'feide_name'), name='one_person_per_feide_name_in_a_sandbox'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(fields=('exam', 'number'), name='one_transfer_per_number'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.UniqueConstraint(fields=('transfer', 'line'), name='one_candidate_per_line'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.UniqueConstraint(fields=('transfer', 'candidate'), name='one_line_per_candidate'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'taken', 'refused'])), name='line_status_known'),
        ),
        migrations.AddConstraint(
            model_name='transferline',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['', 'FEILREG', 'KLAGE', 'NYINFO'])), name='line_code_known'),
        ),
        migrations.AddConstraint(
            model_name='transfersheet',
            constraint=models.UniqueConstraint(fields=('transfer', 'committee'), name='one_sheet_per_committee'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['committee', 'id'], name='log_of_committee'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['exam', 'id'], name='log_of_exam'),
        ),
        migrations.AddConstraint(
            model_name='logentry',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['exam.created', 'exam.changed', 'exam.deleted', 'exam.cancelled', 'exam.restored', 'exam.handed-over', 'committee.deleted', 'committee.restored', 'candidates.deleted', 'candidates.restored', 'exam.imported', 'grader.seated', 'grader.unseated', 'grader.corrected', 'candidates.added', 'candidates.moved', 'attendance.noted', 'grade.clicked', 'grade.typed', 'grade.reset', 'grades.remaining', 'grades.remaining-undone', 'grades.uploaded', 'grades.proposals', 'grades.corrected', 'grades.restored', 'upload.undone', 'grading.confirmed', 'grading.confirmed-for', 'grading.withdrawn', 'committee.reopened', 'graders.reminded', 'transfer.made', 'transfer.receipts'])), name='log_action_known'),
        ),
        migrations.AddConstraint(
            model_name='logentry',
            constraint=models.UniqueConstraint(condition=models.Q(('committee__isnull', False)), fields=('committee', 'position'), name='one_entry_per_place_of_a_committee'),
        ),
        migrations.AddConstraint(
            model_name='logentry',
            constraint=models.UniqueConstraint(condition=models.Q(('committee__isnull', True)), fields=('exam', 'position'), name='one_entry_per_place_of_an_exam'),
        ),
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
