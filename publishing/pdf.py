"""How does the report look as pages?

The HTML file, printed. WeasyPrint wants the Pango library of the system and half a second to load, so it is
asked for only here and only when a PDF is wanted.
"""

from publishing import html
from publishing.edition import Edition


class MissingTool(Exception):
    """A format wants a program that this machine lacks; the message says how to install it."""


def render(edition: Edition) -> bytes:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: the Python package is there, the Pango library is not
        raise MissingTool(
            "pdf needs WeasyPrint and Pango: pip install weasyprint; apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        ) from error
    nothing_fetched = weasyprint.URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=html.render(edition).decode(), url_fetcher=nothing_fetched)
    pdf: bytes = page.write_pdf()
    return pdf
