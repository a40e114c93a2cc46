from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fleet', '0002_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='backed_up',
            field=models.BigIntegerField(default=0, editable=False, verbose_name='backed up to entry'),
        ),
    ]
