"""How is Scrapy set up: what is on, what is off, and why?

What differs from round to round (delay, timeout) is laid over this by spiders/crawl.py.
"""

BOT_NAME = "saytmetr"
SPIDER_MODULES = ["spiders.site"]
NEWSPIDER_MODULE = "spiders"

# Our own download handler speaks asyncio, so no Twisted reactor is needed, and a process may run round after round.
TWISTED_REACTOR_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "spiders.wire.Wire",
    "https": "spiders.wire.Wire",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# One gate for every outgoing request. None of Scrapy's own middlewares is wanted: retries, redirects, cookies,
# robots.txt and compression are decisions of a visit here, because each of them is evidence.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {"spiders.guard.Guard": 100}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
COOKIES_ENABLED = False
RETRY_ENABLED = False
REDIRECT_ENABLED = False
ROBOTSTXT_OBEY = False
HTTPCACHE_ENABLED = False
TELNETCONSOLE_ENABLED = False
COMPRESSION_ENABLED = False

# One request at a time to a host, at even steps. Jitter would break the promised delay both ways.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.05
DOWNLOAD_DELAY_JITTER = 0
DOWNLOAD_TIMEOUT = 20
DOWNLOAD_MAXSIZE = 8_000_000  # bytes on the wire

LOG_LEVEL = "WARNING"
STATS_DUMP = False
