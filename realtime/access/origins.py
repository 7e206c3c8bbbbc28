"""From which web pages a socket may be opened."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_allowed(origin: str, host: str) -> bool:
    """A page of this very host, or an origin that the operator lists; compared exactly. `*` lists all but `null`.

    A program that is no browser sends no origin, and needs none: cookies, which a page of somebody else could borrow,
    open no socket.
    """
    if origin in settings.AQI_ALLOWED_ORIGINS or ("*" in settings.AQI_ALLOWED_ORIGINS and origin != "null"):
        return True
    try:
        page = urlsplit(origin)
    except ValueError:
        return False
    # A name that is not ours may point here all the same, so that a page there would be of the same host.
    is_ours = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    schemes = {"https"} if settings.AQI_HTTPS else {"http", "https"}
    return is_ours and page.scheme in schemes and origin == f"{page.scheme}://{host}"
