"""How does a Drupal-like site address its pages?"""

from sampleweb.families import Family

FAMILY = Family(
    template="drupal.html",
    news="/news",
    news_more="/news?page={page}",
    item="/node/{n}",
    page="/node/{n}",
    search="/search/node?keys={word}",
    stamp="{dd}.{mm}.{Y} - {time}",
    first_page=0,
)
