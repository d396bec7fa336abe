"""How did the shared system of the local executives address its pages at first?"""

from sampleweb.families import Family

FAMILY = Family(
    template="ih.html",
    news="/news.html",
    news_more="/news.html?page={page}",
    item="/news/{n}.html",
    page="/page/{n}.html",
    search="/search.html?q={word}",
    stamp="{dd} {month} {Y} | {time}",
)
