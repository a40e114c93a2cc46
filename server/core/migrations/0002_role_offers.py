from django.db import migrations, models

APPS = ("catalog", "menus", "guests", "sales", "fleet", "replication", "spool", "reporting")
NEW_MODELS = ("hold", "doubleuse", "decision", "archiveimport")
NEW_FOR = {"Cashier office": {"spool.view_quarantine", "spool.view_journalentry"}}


def note_what_groups_were_given(apps, _schema_editor):
    """In a house that has its groups already, only what this version adds counts as new."""
    groups = apps.get_model("auth", "Group").objects.filter(
        name__in=["Managers", "Viewers", "Cashier office", "Kitchen", "HR"]
    )
    permissions = (
        apps.get_model("auth", "Permission")
        .objects.filter(content_type__app_label__in=APPS)
        .exclude(content_type__model__in=NEW_MODELS)
        .select_related("content_type")
    )
    codes = {f"{row.content_type.app_label}.{row.codename}" for row in permissions}
    offer = apps.get_model("core", "RoleOffer")
    offer.objects.bulk_create(
        [
            offer(role=group.name, permission=code)
            for group in groups
            for code in sorted(codes - NEW_FOR.get(group.name, set()))
        ]
    )


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=150)),
                ("permission", models.CharField(max_length=255)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("role", "permission"), name="role_offer_once")],
            },
        ),
        migrations.RunPython(note_what_groups_were_given, migrations.RunPython.noop),
    ]
