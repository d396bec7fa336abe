"""How does a mega-menu portal, whose menu is printed two or three times, address its pages?"""

from sampleweb.families import Family

FAMILY = Family(
    template="portal.html",
    news="/{lang}/xeberler",
    news_more="/{lang}/xeberler?page={page}",
    item="/{lang}/xeberler/{slug}-{n}",
    page="/{lang}/{n}-{slug}",
    search="/{lang}/search?data={word}",
    stamp="{d} {month} {Y}",
)
