from collections import defaultdict

from django.db import migrations

from committees.models.log import seal_over


def seal_what_is_there(apps, schema_editor):
    """Chain the entries that were written before there were chains, in the order in which they were written."""
    LogEntry = apps.get_model("committees", "LogEntry")
    heads = defaultdict(lambda: (0, ""))
    for entry in LogEntry.objects.order_by("pk").iterator():
        chain = (entry.exam_id, entry.committee_id)
        position, previous = heads[chain]
        entry.position = position + 1
        entry.seal = seal_over(entry, previous)
        entry.save(update_fields=["position", "seal"])
        heads[chain] = entry.position, entry.seal


class Migration(migrations.Migration):
    dependencies = [("committees", "0002_log_chain")]

    operations = [migrations.RunPython(seal_what_is_there, migrations.RunPython.noop)]
