import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FsExam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sandbox', models.PositiveBigIntegerField(editable=False, null=True)),
                ('key', models.CharField(max_length=800)),
                ('emnekode', models.CharField(max_length=60)),
                ('vurdtidkode', models.CharField(max_length=60)),
                ('arstall', models.CharField(max_length=60)),
            ],
            options={
                'verbose_name': 'exam in FS',
                'verbose_name_plural': 'exams in FS',
                'ordering': ['-arstall', 'emnekode', 'key'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('emnekode', ''), _negated=True)), name='fs_exam_has_key', violation_error_message='An exam in FS must have a key and a course code.'), models.UniqueConstraint(condition=models.Q(('sandbox__isnull', True)), fields=('key',), name='fs_exam_once'), models.UniqueConstraint(condition=models.Q(('sandbox__isnull', False)), fields=('sandbox', 'key'), name='fs_exam_once_in_a_sandbox')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sandbox', models.PositiveBigIntegerField(editable=False, null=True)),
                ('name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('receipts', models.JSONField(default=list)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('exams', models.ManyToManyField(related_name='files', to='fs.fsexam')),
            ],
            options={
                'verbose_name': 'file received by FS',
                'verbose_name_plural': 'files received by FS',
                'ordering': ['-received_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('sandbox__isnull', True)), fields=('name', 'sha256'), name='fs_received_file_once', violation_error_message='FS has already received this file.'), models.UniqueConstraint(condition=models.Q(('sandbox__isnull', False)), fields=('sandbox', 'name', 'sha256'), name='fs_received_file_once_in_a_sandbox', violation_error_message='FS has already received this file.')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kandidatlopenr', models.CharField(max_length=60)),
                ('kommislopenr', models.CharField(blank=True, max_length=60)),
                ('brukernavn', models.CharField(blank=True, max_length=320)),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('karakter', models.CharField(blank=True, choices=[('A', 'A – excellent'), ('B', 'B – very good'), ('C', 'C – good'), ('D', 'D – satisfactory'), ('E', 'E – sufficient'), ('F', 'F – fail'), ('Bestått', 'Pass'), ('Ikke bestått', 'NotPass')], max_length=20)),
                ('endringsstatus', models.CharField(blank=True, choices=[('FEILREG', 'Corrected: the grade was registered incorrectly'), ('KLAGE', 'Changed after an appeal'), ('NYINFO', 'Changed after new information')], max_length=20)),
                ('registered_at', models.DateTimeField(blank=True, null=True)),
                ('exam', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='fs.fsexam')),
            ],
            options={
                'verbose_name': 'registration in FS',
                'verbose_name_plural': 'registrations in FS',
                'ordering': [django.db.models.functions.text.Length('kandidatlopenr'), 'kandidatlopenr'],
                'indexes': [models.Index(fields=['brukernavn'], name='fs_registration_of_person')],
                'constraints': [models.UniqueConstraint(fields=('exam', 'kandidatlopenr'), name='fs_registration_once_per_exam', violation_error_message='This candidate is already registered for the exam.'), models.CheckConstraint(condition=models.Q(('kandidatlopenr', ''), _negated=True), name='fs_registration_has_number', violation_error_message='A candidate must have a number.'), models.CheckConstraint(condition=models.Q(('karakter__in', ['', 'A', 'B', 'C', 'D', 'E', 'F', 'Bestått', 'Ikke bestått'])), name='fs_registration_karakter_known', violation_error_message='FS does not have this grade.'), models.CheckConstraint(condition=models.Q(('endringsstatus__in', ['', 'FEILREG', 'KLAGE', 'NYINFO'])), name='fs_registration_endringsstatus_known', violation_error_message='FS does not have this change code.'), models.CheckConstraint(condition=models.Q(models.Q(('endringsstatus', ''), ('karakter', ''), ('registered_at__isnull', True)), models.Q(models.Q(('karakter', ''), _negated=True), ('registered_at__isnull', False)), _connector='OR'), name='fs_registration_result_dated', violation_error_message='Only a result can have a date or a change code, and a result must have a date.')],
            },
        ),
    ]
