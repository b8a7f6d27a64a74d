from django.db import migrations, models


def fill(apps, schema_editor):
    """Each line's committee as the transfer's file names it: the candidate may have been moved since."""
    alias = schema_editor.connection.alias
    transfers = apps.get_model("committees", "Transfer").objects.using(alias)
    committees = apps.get_model("committees", "Committee").objects.using(alias)
    for transfer in transfers.iterator(1):
        pks = dict(committees.filter(exam=transfer.exam_id).values_list("number", "pk"))
        sent = [row.split(";") for row in bytes(transfer.content).decode().splitlines()]
        lines = list(transfer.lines.order_by("line"))
        for line in lines:
            line.committee_id = pks[int(sent[line.line - 1][-3])]
        transfer.lines.bulk_update(lines, ["committee"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("committees", "0013_upload_hidden")]

    operations = [
        migrations.AddField(
            model_name="transferline",
            name="committee",
            field=models.ForeignKey(
                "committees.committee", models.PROTECT, null=True, related_name="transfer_lines"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="transferline",
            name="committee",
            field=models.ForeignKey("committees.committee", models.PROTECT, related_name="transfer_lines"),
        ),
    ]
