"""Addresses of head office: the back office under /admin/, revisions for terminals under /replication/, photos under /photos/, slips under /r/."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from server.catalog.views import keys_change, keys_page, keys_part
from server.guests.views import photo
from server.menus.views import week_change, week_numbers, week_page
from server.reporting.exception_views import double_use_page, double_use_seen, overdrawn_page
from server.reporting.views import live_page, live_part, payroll_download, payroll_page
from server.sales.views import SLIP, slip
from server.spool.archive_page import archive_proof, archives_page, archives_part, archives_upload

admin.site.index_title = _("Today")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("replication/", include("server.replication.urls")),
    path("photos/<str:key>", photo, name="photo"),
    re_path(SLIP, slip, name="slip"),
    path("admin/live/", live_page, name="live"),
    path("admin/live/part/", live_part, name="live-part"),
    path("admin/payroll/", payroll_page, name="payroll"),
    path("admin/payroll/csv/", payroll_download, name="payroll-csv"),
    path("admin/double-use/", double_use_page, name="double-use"),
    path("admin/double-use/seen/", double_use_seen, name="double-use-seen"),
    path("admin/overdrawn/", overdrawn_page, name="overdrawn"),
    path("admin/archives/", archives_page, name="archives"),
    path("admin/archives/part/", archives_part, name="archives-part"),
    path("admin/archives/upload/", archives_upload, name="archives-upload"),
    path("admin/archives/<int:pk>/proof/", archive_proof, name="archive-proof"),
    path("admin/week/", week_page, name="week"),
    path("admin/week/change/", week_change, name="week-change"),
    path("admin/week/numbers/", week_numbers, name="week-numbers"),
    path("admin/quick-keys/<int:pk>/", keys_page, name="keys"),
    path("admin/quick-keys/<int:pk>/part/", keys_part, name="keys-part"),
    path("admin/quick-keys/<int:pk>/change/", keys_change, name="keys-change"),
    path("admin/", admin.site.urls),
]
