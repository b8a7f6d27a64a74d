from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0008_indexes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='told_known',
        ),
        migrations.AddField(
            model_name='notice',
            name='mail_problem',
            field=models.CharField(blank=True, choices=[('unreached', 'the mail server did not answer'), ('refused', 'the mail server rejected the mail'), ('broken', 'the mail could not be created'), ('silent', 'the mail server stopped answering during sending')], default='', max_length=20),
        ),
        migrations.AddField(
            model_name='notice',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='logentry',
            name='verb',
            field=models.CharField(choices=[('exam.created', 'created the exam'), ('exam.changed', 'changed the exam'), ('exam.imported', 'imported files from FS'), ('grader.seated', 'seated a grader'), ('grader.unseated', 'took a grader off the committee'), ('candidates.moved', 'moved candidates'), ('attendance.noted', 'noted attendance'), ('grade.clicked', 'set a grade by click'), ('grade.reset', 'removed a grade'), ('grades.uploaded', 'uploaded grades from Excel'), ('grades.proposals', 'accepted proposed grades'), ('grades.given-back', 'gave replaced grades back'), ('upload.undone', 'undid an upload'), ('grading.confirmed', 'confirmed final grading'), ('grading.withdrawn', 'withdrew a confirmation'), ('committee.reopened', 'reopened the committee'), ('graders.nudged', 'queued reminders to graders'), ('transfer.made', 'transferred grades to FS'), ('transfer.receipts', "received FS's receipts")], max_length=30, verbose_name='what'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='told',
            field=models.CharField(choices=[('confirmed', 'A co-grader has confirmed'), ('changed', 'Grades changed after you confirmed'), ('moved', 'Candidates moved after you confirmed'), ('seated', 'You have a seat on a committee'), ('unseated', 'You no longer have a seat on a committee'), ('reopened', 'A committee is open again'), ('deadline-near', 'A grading deadline is near'), ('deadline-passed', 'A grading deadline has passed'), ('overdue', 'Grading is late'), ('all-confirmed', 'An exam is ready for transfer'), ('fs-answered', 'FS answered a transfer'), ('reminded', 'Grading waits for you')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('told__in', ['confirmed', 'changed', 'moved', 'seated', 'unseated', 'reopened', 'deadline-near', 'deadline-passed', 'overdue', 'all-confirmed', 'fs-answered', 'reminded'])), name='told_known'),
        ),
    ]
