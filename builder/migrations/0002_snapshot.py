"""The log of every project gets a beginning.

Projects made before this have no snapshot at revision 0, so their log can't be replayed from the
start. Each gets a snapshot of its present document: revisions from here on can be rebuilt, the
earlier ones can't.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_present_documents(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Store one snapshot of each project, one project in memory at a time."""
    project = apps.get_model("builder", "Project")
    snapshot = apps.get_model("builder", "Snapshot")
    for id in list(project.objects.values_list("pk", flat=True)):
        row = project.objects.get(pk=id)
        snapshot.objects.create(project=row, revision=row.revision, document=row.document)


class Migration(migrations.Migration):
    dependencies = [("builder", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveBigIntegerField()),
                ("document", models.TextField()),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snapshots",
                        to="builder.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "revision"), name="snapshot_revision"
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_present_documents, migrations.RunPython.noop),
    ]
