"""One GET of a provider's API: bounded in size, tried again while that can help."""

import contextlib

import httpx
import stamina
from django.conf import settings

from forecasts.providers.contract import ProviderError
from forecasts.providers.quota import hooks, retry_after

MAX_BYTES = 8 * 1024 * 1024
# Any other encoding, or gzip within gzip, could turn one packet into gigabytes before they are counted.
ENCODINGS = ("identity", "gzip")
EXCERPT_LENGTH = 200
# Settings that a server may echo in its complaint.
SECRETS = ["AQI_OPEN_METEO_API_KEY", "AQI_OPENAQ_API_KEY", "AQI_AIRNOW_API_KEY", "AQI_WAQI_TOKEN"]

_retrying = stamina.AsyncRetryingCaller(attempts=3, timeout=None, wait_initial=0.5, wait_max=5.0, wait_jitter=1.0)


class BusyError(ProviderError):
    """An answer that may be another one soon; `retry_after` is in seconds, where the server named them."""

    def __init__(self, message: str, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def open_client(provider: str) -> httpx.AsyncClient:
    # Redirects are not followed: a key must not travel to another host.
    return httpx.AsyncClient(
        timeout=settings.AQI_PROVIDER_TIMEOUT_SECONDS,
        headers={"Accept-Encoding": "gzip"},
        event_hooks=hooks(provider),
    )


async def download(client: httpx.AsyncClient, request: httpx.Request) -> bytes:
    """The body of a 200 answer, decompressed; raises ProviderError. Whoever calls bounds the whole time."""
    try:
        return await _retrying(_wait_seconds, _get, client, request)
    except httpx.HTTPError as error:
        reason = f"{type(error).__name__} {error}".strip()
        raise ProviderError(f"{request.url.host} cannot be read: {reason}") from error


def excerpt(foreign: bytes | str) -> str:
    """The beginning of what a server sent, on one line and fit for a log, a database and a page; without our keys."""
    text = foreign.decode(errors="replace") if isinstance(foreign, bytes) else foreign
    for key in filter(None, (getattr(settings, name) for name in SECRETS)):
        text = text.replace(key, "***")
    return "".join(letter if letter.isprintable() else " " for letter in text[:EXCERPT_LENGTH])


def _wait_seconds(error: Exception) -> bool | float:
    if isinstance(error, BusyError) and error.retry_after is not None:
        return error.retry_after if error.retry_after <= settings.AQI_PROVIDER_TIMEOUT_SECONDS else False
    return isinstance(error, BusyError | httpx.TransportError)


async def _get(client: httpx.AsyncClient, request: httpx.Request) -> bytes:
    async with contextlib.aclosing(await client.send(request, stream=True)) as response:
        body = await _read(response)
    if response.status_code == httpx.codes.OK:
        return body
    message = f"{request.url.host} answered {response.status_code}: {excerpt(body)}"
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        raise BusyError(message, retry_after(response.headers))
    raise ProviderError(message)


async def _read(response: httpx.Response) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ENCODINGS:
        raise ProviderError(f"The answer has an encoding that was not asked for: {excerpt(encoding)}")
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            raise ProviderError(f"The answer is longer than {MAX_BYTES} bytes.")
    return bytes(body)
