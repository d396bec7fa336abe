"""How does a Joomla-like site, whose addresses lose the letter ə, address its pages?"""

from sampleweb.families import Family

FAMILY = Family(
    template="joomla.html",
    news="/xbrlr",
    news_more="/xbrlr?start={page}0",
    item="/xbrlr/{n}-{slug}.html",
    page="/{n}-{slug}.html",
    search="/component/search?searchword={word}",
    stamp="{d} {Month} {Y} {time}",
    slugs="lost",
    first_page=0,
)
