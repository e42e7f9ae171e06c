"""The real app on its own server, driven by a real Chromium or over a websocket."""
