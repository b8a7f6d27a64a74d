import django.db.models.deletion
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
                ('key', models.CharField(max_length=800, unique=True)),
                ('emnekode', models.CharField(max_length=60)),
                ('vurdtidkode', models.CharField(max_length=60)),
                ('arstall', models.CharField(max_length=60)),
            ],
            options={
                'verbose_name': 'exam in FS',
                'verbose_name_plural': 'exams in FS',
                'ordering': ['-arstall', 'emnekode', 'key'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('emnekode', ''), _negated=True)), name='fs_exam_has_key', violation_error_message='An exam in FS has a key and a course code.')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
                'constraints': [models.UniqueConstraint(fields=('name', 'sha256'), name='fs_received_file_once', violation_error_message='FS has received this file already.')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kandidatlopenr', models.CharField(max_length=60)),
                ('kommislopenr', models.CharField(blank=True, max_length=60)),
                ('brukernavn', models.CharField(blank=True, db_index=True, max_length=320)),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('karakter', models.CharField(blank=True, choices=[('A', 'A – excellent'), ('B', 'B – very good'), ('C', 'C – good'), ('D', 'D – satisfactory'), ('E', 'E – sufficient'), ('F', 'F – fail'), ('Bestått', 'Pass (bestått)'), ('Ikke bestått', 'NotPass (ikke bestått)')], max_length=20)),
                ('endringsstatus', models.CharField(blank=True, choices=[('FEILREG', 'Corrected: it had been registered wrongly'), ('KLAGE', 'Changed after an appeal'), ('NYINFO', 'Changed after new information')], max_length=20)),
                ('registered_at', models.DateTimeField(blank=True, null=True)),
                ('exam', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='fs.fsexam')),
            ],
            options={
                'verbose_name': 'registration in FS',
                'verbose_name_plural': 'registrations in FS',
                'ordering': ['kandidatlopenr'],
                'constraints': [models.UniqueConstraint(fields=('exam', 'kandidatlopenr'), name='fs_registration_once_per_exam', violation_error_message='This candidate is registered for the exam already.'), models.CheckConstraint(condition=models.Q(('kandidatlopenr', ''), _negated=True), name='fs_registration_has_number', violation_error_message='A candidate has a number.'), models.CheckConstraint(condition=models.Q(('karakter__in', ['', 'A', 'B', 'C', 'D', 'E', 'F', 'Bestått', 'Ikke bestått'])), name='fs_registration_karakter_known', violation_error_message='FS does not know this grade.'), models.CheckConstraint(condition=models.Q(('endringsstatus__in', ['', 'FEILREG', 'KLAGE', 'NYINFO'])), name='fs_registration_endringsstatus_known', violation_error_message='FS does not know this change code.'), models.CheckConstraint(condition=models.Q(models.Q(('endringsstatus', ''), ('karakter', ''), ('registered_at__isnull', True)), models.Q(models.Q(('karakter', ''), _negated=True), ('registered_at__isnull', False)), _connector='OR'), name='fs_registration_result_dated', violation_error_message='Only a result has a date or a change code, and it has its date.')],
            },
        ),
    ]
