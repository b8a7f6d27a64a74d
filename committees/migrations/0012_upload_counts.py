from collections import Counter

import committees.models.grades
from django.db import migrations, models

OUTCOMES = ("updated", "unchanged", "empty", "rejected")


def count(apps, schema_editor):
    uploads = apps.get_model("committees", "Upload").objects.using(schema_editor.connection.alias)
    for upload in uploads.iterator(1):
        found = Counter(row["outcome"] for row in upload.rows)
        upload.counts = {outcome: found[outcome] for outcome in OUTCOMES} | {"missing": len(upload.missing)}
        upload.save(update_fields=["counts"])


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0011_typed_grades'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='counts',
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name='upload',
            name='rows',
            field=models.JSONField(default=list, encoder=committees.models.grades.Utf8),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
