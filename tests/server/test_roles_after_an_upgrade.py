"""What the groups of a house may do after head office was brought to a newer version."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from server.core.roles import KITCHEN, MANAGERS, OFFICE, VIEWERS


def may(role):
    found = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in found}


@pytest.mark.django_db(transaction=True)
def test_an_existing_house_gets_what_is_new_and_keeps_what_its_administrator_decided():
    before = {role: may(role) for role in (MANAGERS, VIEWERS, OFFICE, KITCHEN)}
    MigrationExecutor(connection).migrate([("core", "0001_initial")])
    Permission.objects.filter(content_type__model__in=("doubleuse", "archiveimport", "certificate")).delete()
    office = Group.objects.get(name=OFFICE)
    office.permissions.remove(*Permission.objects.filter(content_type__app_label="spool"))
    taken_away = Permission.objects.get(codename="delete_article", content_type__app_label="catalog")
    Group.objects.get(name=MANAGERS).permissions.remove(taken_away)
    Group.objects.get(name=KITCHEN).permissions.clear()

    call_command("migrate", verbosity=0)

    assert may(OFFICE) == before[OFFICE]
    assert "spool.view_quarantine" in may(OFFICE)
    assert may(VIEWERS) == before[VIEWERS]
    assert may(MANAGERS) == before[MANAGERS] - {"catalog.delete_article"}
    assert may(KITCHEN) == set()

    office.permissions.remove(Permission.objects.get(codename="view_quarantine"))
    call_command("migrate", verbosity=0)
    assert may(OFFICE) == before[OFFICE] - {"spool.view_quarantine"}
