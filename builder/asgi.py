"""The ASGI application: HTTP goes to Django, WebSockets to the consumer."""

import contextlib
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler

django.setup(set_prefix=False)


class Handler(ASGIHandler):
    """Django's handler, without the reference cycle that it leaves behind for each request.

    The task that waits for the disconnect ends with an exception, whose traceback refers to the
    frame that refers to the task. Request and response, which may take megabytes, would stay until
    Python's cyclic garbage collector runs.
    """

    async def listen_for_disconnect(self, receive: Any) -> None:
        """Return when the client has disconnected."""
        with contextlib.suppress(RequestAborted):
            await super().listen_for_disconnect(receive)


http = Handler()

# Import these after Django is set up: they need its settings and models.
from django.urls import re_path  # noqa: E402

from builder.socket.consumer import ProjectConsumer  # noqa: E402
from builder.web.security import OriginGuard  # noqa: E402

sockets = URLRouter(
    [re_path(r"^ws/projects/(?P<id>[A-Za-z0-9]{1,16})$", ProjectConsumer.as_asgi())]
)

application = ProtocolTypeRouter({"http": http, "websocket": OriginGuard(sockets)})
