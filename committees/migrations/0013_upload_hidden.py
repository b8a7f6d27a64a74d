from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("committees", "0012_upload_counts")]

    operations = [
        migrations.AddField(model_name="upload", name="hidden", field=models.JSONField(default=dict)),
    ]
