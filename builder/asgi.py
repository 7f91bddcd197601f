"""The ASGI application: HTTP goes to Django, WebSockets to the consumer."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

http = get_asgi_application()

# Import these after Django is set up: they need its settings and models.
from django.urls import re_path  # noqa: E402

from builder.socket.consumer import ProjectConsumer  # noqa: E402
from builder.web.security import OriginGuard  # noqa: E402

sockets = URLRouter(
    [re_path(r"^ws/projects/(?P<id>[A-Za-z0-9]{1,16})$", ProjectConsumer.as_asgi())]
)

application = ProtocolTypeRouter({"http": http, "websocket": OriginGuard(sockets)})
