"""How does a hand-written PHP site of query strings address its pages?"""

from sampleweb.families import Family

FAMILY = Family(
    template="php.html",
    news="/index.php?view=news",
    news_more="/index.php?view=news&p={page}",
    item="/index.php?view=posts&id={n}",
    page="/index.php?view=cat&id={n}",
    search="/index.php?view=search&axtar={word}",
    stamp="{dd}.{mm}.{Y} {time}",
)
