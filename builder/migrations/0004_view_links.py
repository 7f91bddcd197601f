"""Every project gets the identifier of its view-only link."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from builder.models import new_view_id


def give_view_ids(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Give each project an identifier of its own; a default would be the same for all."""
    projects = apps.get_model("builder", "Project").objects
    for id in list(projects.values_list("pk", flat=True)):
        projects.filter(pk=id).update(view=new_view_id())


class Migration(migrations.Migration):
    dependencies = [("builder", "0003_version")]

    operations = [
        migrations.AddField(
            "project", "view", models.CharField(max_length=16, null=True, editable=False)
        ),
        migrations.RunPython(give_view_ids, migrations.RunPython.noop),
        migrations.AlterField(
            "project",
            "view",
            models.CharField(default=new_view_id, editable=False, max_length=16, unique=True),
        ),
    ]
