"""What ``streamlit run app.py`` starts: the server. The pages are in ``mnist_app/ui``."""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from mnist_app.server.connection_notice import ConnectionNotice
from mnist_app.server.lifecycle import lifespan, stay_offline
from mnist_app.server.live_files import LiveFiles
from mnist_app.server.request_guard import RequestGuard
from mnist_app.server.static_files import StaticFiles
from mnist_app.server.trusted_proxies import believe_named_proxies_only
from mnist_app.server.visitors import Visitors

stay_offline()
believe_named_proxies_only()
visitors = Visitors()
app = App(
    Path(__file__).parent / "mnist_app" / "ui" / "main.py",
    lifespan=lifespan(visitors),
    middleware=[
        Middleware(RequestGuard, visitors),
        Middleware(LiveFiles),
        Middleware(ConnectionNotice),
        Middleware(StaticFiles),
    ],
)
