"""Head office: a Django project, one app for each job."""
