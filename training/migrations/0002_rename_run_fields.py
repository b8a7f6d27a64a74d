from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat, Replace


def rename_prefix(old, new):
    def rename(apps, schema_editor):
        runs = apps.get_model('training', 'Run').objects.filter(scenario_key__startswith=old)
        runs.update(scenario_key=Concat(Value(new), Replace(F('scenario_key'), Value(old), Value(''))))

    return rename


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='run', name='one_run_per_scenario'),
        migrations.RenameField(model_name='run', old_name='scenario', new_name='scenario_key'),
        migrations.RenameField(model_name='run', old_name='noted', new_name='events'),
        migrations.RenameField(model_name='run', old_name='played', new_name='fired'),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(fields=('trainee', 'scenario_key'), name='one_run_per_scenario'),
        ),
        migrations.RunPython(rename_prefix('twin-', 'practice-copy-'), rename_prefix('practice-copy-', 'twin-')),
    ]
