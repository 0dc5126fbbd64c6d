from django.urls import path

from core.consumers import LiveConsumer

# The hub asks who signed in, for many at once: no AuthMiddleware, which asks for each.
websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
