"""``casework serve``: the pages, on this machine."""

from __future__ import annotations

from typing import Any

import click
from waitress.server import create_server

from casework.cli.checking import areas
from casework.cli.examples import example
from casework.cli.failures import Failure
from casework.cli.keys import destroyed
from casework.cli.opening import every_municipality, opened, with_settings
from casework.core.key_operations import retention
from casework.settings import Settings

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


@click.command(epilog=example("casework serve --port 8000 --data /srv/casework"))
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
@with_settings
def serve(settings: Settings, port: int, host: str) -> None:
    """Visa sidorna på den här datorn.

    Ställ en server med TLS framför när andra datorer ska nå dem.
    """
    with opened(settings) as installation:
        from casework.web import create_app, log  # noqa: PLC0415 no other command needs the pages

        log.stamp()
        app = create_app(settings, installation)
        for line in destroyed(retention.destroy_everywhere(installation)):
            click.echo(line)
        for place in every_municipality(installation):
            for finding in areas(installation, place):
                click.echo(f"{finding.mark}  {finding.words}", err=True)
        try:
            server = create_server(app, host=host, port=port, **SERVED)
        except OSError as error:
            raise Failure(f"Porten {port} på {host} kan inte användas: {error.strerror}.") from None
        click.echo(f"Hållpunkt svarar på http://{host}:{getattr(server, 'effective_port', port)}")
        server.run()
