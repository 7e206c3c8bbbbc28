import gc
import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
django = get_asgi_application()

from realtime.connections import Connections  # noqa: E402  (models can be imported only now)
from realtime.current import Current  # noqa: E402
from realtime.routing import websocket  # noqa: E402
from realtime.sse import sse  # noqa: E402

http_routes = [
    re_path(r"^sse/aqi/(?P<location>[^/]*)/?$", Connections(sse, "sse")),  # type: ignore[arg-type]  # typed for views
    re_path(r"^api/v1/locations/(?P<location>[^/]*)/current/$", Current(django)),  # type: ignore[arg-type]
    re_path("", django),  # type: ignore[arg-type]
]
http = URLRouter(http_routes)  # type: ignore[arg-type]

application = ProtocolTypeRouter({"http": http, "websocket": Connections(websocket, "websocket")})

# What exists by now stays; among thousands of sockets, walking over it again and again costs updates a pause of 100 ms.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 100)
