"""Addresses terminals download from."""

from django.urls import path

from server.replication.views import revision

app_name = "replication"
urlpatterns = [path("<slug:store>/<int:number>.xml", revision, name="revision")]
