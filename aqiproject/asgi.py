import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
http = get_asgi_application()

from realtime.routing import websocket  # noqa: E402  (models can be imported only now)

application = ProtocolTypeRouter({"http": http, "websocket": websocket})
