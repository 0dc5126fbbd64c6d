"""The ASGI application: pages over HTTP, live events and signalling over WebSockets of our own origins."""

from __future__ import annotations

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)  # loads the apps: only now may the modules below import models

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import SessionMiddlewareStack

from config import runtime
from config.origins import SameOriginValidator
from config.routing import websocket_urlpatterns
from config.threads import Pages

http = Pages()

application = ProtocolTypeRouter(
    {"http": http, "websocket": SameOriginValidator(SessionMiddlewareStack(URLRouter(websocket_urlpatterns)))}
)

runtime.start()

# What is loaded stays: it is not looked through again and again for rubbish while pages wait.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
