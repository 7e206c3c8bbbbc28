"""A provider that has news every time it is asked."""

import json
import time
from itertools import count

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def serve_news(server: HTTPServer) -> str:
    """The URL at which it answers, as Open-Meteo does."""
    news = count(10)

    def answer(request: Request) -> Response:
        number = len(request.args["latitude"].split(","))
        hours = [int(time.time()) // 3600 * 3600 + 3600 * lead for lead in range(-4, 30)]
        asked = request.args["hourly"].split(",")
        places = [
            {
                "latitude": 1.0,
                "longitude": 1.0,
                "utc_offset_seconds": 0,
                "hourly_units": {"time": "unixtime", **dict.fromkeys(asked, "μg/m³")},
                "hourly": {"time": hours, **dict.fromkeys(asked, [float(next(news))] * len(hours))},
            }
            for _ in range(number)
        ]
        return Response(json.dumps(places if number > 1 else places[0]), content_type="application/json")

    server.expect_request("/air").respond_with_handler(answer)
    return server.url_for("/air")
