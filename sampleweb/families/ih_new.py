"""How does the later generation of the local executives' system address its pages?

The old numbered addresses stay alive, so that every item has two.
"""

from sampleweb.families import Family

FAMILY = Family(
    template="ih.html",
    news="/{lang}/news.html",
    news_more="/{lang}/news.html?page={page}",
    item="/{lang}/news/{slug}.html",
    item_also="/news/{n}.html",
    page="/{lang}/{slug}.html",
    search="/{lang}/search.html?q={word}",
    stamp="{dd} {month} {Y} | {time}",
    slugs="sh",
)
