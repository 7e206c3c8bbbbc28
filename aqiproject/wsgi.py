"""REST from WSGI workers: several times the throughput of the same views over ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
application = get_wsgi_application()
