"""``casework serve``: the pages, on this machine; and the same for gunicorn. Neither serves what is unsafe."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import click
from flask import Flask
from waitress.server import create_server

from casework.cli.checking import areas
from casework.cli.examples import example
from casework.cli.failures import Failure, in_words
from casework.cli.keys import destroyed
from casework.cli.opening import every_municipality, opened, with_settings
from casework.cli.readiness import require_safe
from casework.core.errors import CaseworkError
from casework.core.key_operations import retention
from casework.core.mail_server import is_loopback
from casework.settings import Settings

TRIED = 3
"""How gunicorn is told that it is no use to start a worker again."""
THREADS = 12
"""More than may work on passwords and wait for it, so that a flood of sign-ins leaves some for the others."""

IN_MEMORY = 1024 * 1024
SERVED: dict[str, Any] = {
    "threads": THREADS,
    "ident": "",
    "clear_untrusted_proxy_headers": True,
    "max_request_body_size": 4 * IN_MEMORY,
    "inbuf_overflow": 4 * IN_MEMORY,
    "outbuf_overflow": 64 * IN_MEMORY,
}
"""How the pages are served. The server says nothing of itself, believes nothing that a client says of proxies, and
keeps what is sent and answered in memory: it would otherwise lay what is long into a temporary file, in the clear."""


@click.command(
    epilog=example("casework serve --port 8000 --data /srv/casework", "casework serve --trial --data ./prov")
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
@click.option("--trial", is_flag=True, help="Prova på den här datorn, utan det som skarp drift kräver.")
@with_settings
def serve(settings: Settings, port: int, host: str, trial: bool) -> None:
    """Visa sidorna på den här datorn, för en server med TLS framför.

    Inget visas om något är osäkert (casework check --deploy). Andra datorer når aldrig sidorna direkt.
    """
    if not is_loopback(host):
        raise Failure("Sidorna visas bara på den här datorn. Lyssna på 127.0.0.1 och ställ en server med TLS framför.")
    with opened(settings) as installation:
        if trial:
            click.echo("Prov: sidorna visas bara på den här datorn. Lägg inte in riktiga personer.", err=True)
        else:
            require_safe(settings, installation)
        from casework.web import create_app, log  # noqa: PLC0415 no other command needs the pages

        log.stamp()
        app = create_app(settings, installation)
        for line in destroyed(retention.destroy_everywhere(installation)):
            click.echo(line)
        for place in every_municipality(installation):
            for finding in areas(installation, place):
                click.echo(f"{finding.mark}  {finding.words}", err=True)
        try:
            served = SERVED | {"clear_untrusted_proxy_headers": not settings.proxies}  # ours are read by ProxyFix
            server = create_server(app, host=host, port=port, **served)
        except OSError as error:
            raise Failure(f"Porten {port} på {host} kan inte användas: {error.strerror}.") from None
        click.echo(f"Hållpunkt svarar på http://{host}:{getattr(server, 'effective_port', port)}")
        server.run()


def application() -> Flask:
    """The pages for ``gunicorn 'casework.cli.serving:application()'``; ends the process rather than serve unsafely."""
    from casework.web import create_app  # noqa: PLC0415 as above

    settings = Settings.read()
    with ExitStack() as stack:
        try:
            installation = stack.enter_context(opened(settings))
            require_safe(settings, installation)
            app = create_app(settings, installation)
        except Failure as failure:
            failure.show()
        except CaseworkError as error:
            Failure(in_words(error)).show()
        else:
            stack.pop_all()  # the database stays open as long as the worker lives
            return app
    raise SystemExit(TRIED)
