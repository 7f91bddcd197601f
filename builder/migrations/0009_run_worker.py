"""The process of a run that outlives its web process, and what was recorded of its events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("builder", "0008_queue")]

    operations = [
        migrations.AddField("run", "worker", models.CharField(default="", max_length=16)),
        migrations.AddField("run", "heard", models.PositiveBigIntegerField(default=0)),
    ]
