"""The run that a run started from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("builder", "0005_data_file")]

    operations = [
        migrations.AddField("run", "start", models.TextField(null=True)),
    ]
