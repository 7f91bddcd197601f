"""The race that a run takes part in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("builder", "0006_run_start")]

    operations = [
        migrations.AddField("run", "race", models.CharField(default="", max_length=16)),
    ]
