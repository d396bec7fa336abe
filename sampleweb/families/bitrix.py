"""How does a Bitrix-like site address its pages?"""

from sampleweb.families import Family

FAMILY = Family(
    template="bitrix.html",
    news="/{lang}/metbuat/xeberler/",
    news_more="/{lang}/metbuat/xeberler/?PAGEN_1={page}",
    item="/{lang}/metbuat/xeberler/{n}/",
    page="/{lang}/{slug}/",
    search="/{lang}/search/?q={word}",
    stamp="{dd}.{mm}.{Y} {time}",
)
