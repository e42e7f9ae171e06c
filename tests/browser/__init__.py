"""The real app on its own server, driven by Chromium, and by Firefox and WebKit."""
