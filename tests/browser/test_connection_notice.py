"""Pages that cannot connect, or that stand inside another site, say so in words."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS = 10
"""Within which a page must say that it cannot connect."""
REFUSED = """window.WebSocket = class extends WebSocket {
    constructor(url, protocols) { super(`${url}/refused`, protocols); }
};
new MutationObserver(() => {
    if (document.querySelector("#connection-notice")) window.noticedAt ??= performance.now();
}).observe(document, { childList: true, subtree: true });"""
"""Has the page ask for a websocket where the server has none, and note the time of a notice."""
SECONDS_TO_NOTICE = """() => {
    const scripts = performance.getEntriesByType("resource");
    const own = scripts.find(({ name }) => name.includes("/notice/"));
    return (window.noticedAt - own.responseEnd) / 1000;
}"""
"""From the arrival of the script, which the load of this computer delays."""
POLICY = "script-src 'self'; style-src 'self'"


@pytest.mark.parametrize(
    ("is_answered", "causes"),
    [
        (True, ["stops the lasting connection", "not started for the address"]),
        (False, ["The app has stopped", "has left the network"]),
    ],
)
def test_a_page_that_never_connects_says_so_with_two_causes(
    open_context, app, monitor, is_answered, causes
):
    monitor.ignore(r"WebSocket|Failed to load|Content Security Policy|not responding|reaching")
    monitor.ignore(r"status of 4")
    page = open_context(app.url, **PHONE).new_page()
    page.add_init_script(REFUSED)
    if not is_answered:
        page.route(re.compile("/_stcore/"), lambda route: route.abort())
    page.route(f"{app.url}/", with_policy)
    page.goto(app.url, wait_until="commit")
    notice = page.get_by_role("alert").filter(has_text="no connection to the app")
    expect(notice).to_be_visible()
    assert page.evaluate(SECONDS_TO_NOTICE) < SECONDS
    items = notice.get_by_role("listitem")
    expect(items).to_have_count(2)
    for item, cause in zip(items.all(), causes, strict=True):
        expect(item).to_contain_text(cause)
    expect(notice).to_be_in_viewport(ratio=1)
    assert notice.evaluate("section => getComputedStyle(section).borderTopWidth") == "2px"


def with_policy(route):
    """Answer with the page and a policy that allows no inline script and no inline style."""
    reply = route.fetch()
    route.fulfill(response=reply, headers={**reply.headers, "content-security-policy": POLICY})


def test_a_page_that_loses_its_connection_says_so_until_it_has_it_again(
    open_page, monitor, interruptible_connection
):
    monitor.ignore(r"Failed to load resource|when disconnected|not responding|reaching server")
    page = open_page(url=interruptible_connection.url)
    notice = page.page.get_by_role("alert").filter(has_text="connection to the app is lost")
    expect(notice).to_have_count(0)
    page.page.wait_for_timeout(3000)  # a connection counts when it has lasted for 1.5 s
    interruptible_connection.cut()
    expect(notice).to_be_visible()
    interruptible_connection.restore()
    expect(notice).to_have_count(0)


@pytest.fixture
def other_site(app):
    """The address of another site, which shows the page Photo in a frame."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{app.url}/photo" width=800 height=700>'.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_inside_another_site_a_page_offers_to_open_itself_in_a_tab(browser, other_site, app):
    context = browser.new_context()
    outer = context.new_page()
    outer.set_default_timeout(30_000)
    outer.goto(other_site)
    inside = outer.frame_locator("iframe")
    note = inside.get_by_role("note")
    expect(note).to_contain_text("Files cannot be uploaded here")
    expect(inside.get_by_text("Write a number on paper")).to_be_visible()
    with context.expect_page() as opening:
        note.get_by_role("link").click()
    tab = opening.value
    expect(tab.get_by_text("Write a number on paper")).to_be_visible()
    assert tab.url == f"{app.url}/photo"
    expect(tab.get_by_role("note")).to_have_count(0)
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_count(0)
    context.close()
