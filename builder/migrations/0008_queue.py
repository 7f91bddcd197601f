"""The queue of runs: who waits, since when, in which place, and what a run may need."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("builder", "0007_races")]

    operations = [
        migrations.AddField("run", "person", models.CharField(default="", max_length=32)),
        migrations.AddField("run", "holds", models.BooleanField(default=False)),
        migrations.AddField(
            "run", "since", models.DateTimeField(default=django.utils.timezone.now)
        ),
        migrations.AddField("run", "place", models.IntegerField(default=0)),
        migrations.AddField("run", "memory", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("run", "stop", models.CharField(default="", max_length=8)),
    ]
