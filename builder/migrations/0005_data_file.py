"""People's files of data."""

import django.db.models.deletion
from django.db import migrations, models

import builder.models


class Migration(migrations.Migration):
    dependencies = [("builder", "0004_view_links")]

    operations = [
        migrations.CreateModel(
            name="DataFile",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=builder.models.new_id,
                        editable=False,
                        max_length=16,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("title", models.CharField(default="", max_length=200)),
                ("state", models.CharField(default="uploading", max_length=20)),
                ("bytes", models.PositiveBigIntegerField()),
                ("original", models.CharField(db_index=True, default="", max_length=64)),
                ("hash", models.CharField(db_index=True, default="", max_length=64)),
                ("options", models.TextField(default="{}")),
                ("description", models.TextField(null=True)),
                ("data_set", models.TextField(default="")),
                ("problems", models.TextField(default="[]")),
                ("current", models.BooleanField(default=True)),
                ("owner", models.CharField(default="", max_length=16)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="data_files",
                        to="builder.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("hash", ""), _negated=True),
                        fields=("project", "hash"),
                        name="data_file_hash",
                    ),
                ],
            },
        ),
    ]
