"""What does a report say of the posts on an authority's profiles?

Only of profiles that the finding tells of: in a round that looked at none of them there is nothing to say.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from publishing.clean import clean
from publishing.texts import Texts
from reading.activity import CLASSES, UNSEEN, lines_of, load_rules

POSTS_DAYS = 30  # in which the posts of `posts_30d` are counted

Finding = Mapping[str, Any]
Profile = Mapping[str, Any]


def looked_profiles(social: Finding) -> list[Profile]:
    """Those of which the round says whether anybody posts there, or why it could not be seen; of a light pass, those
    that the newest full round found."""
    listed = social.get("profiles") or social.get("known_profiles") or ()
    return [profile for profile in listed if "activity" in profile]


def best_profile(social: Finding) -> Profile | None:
    """The profile that the authority's activity is known by: of the best class, and of those the newest post."""
    seen = [profile for profile in looked_profiles(social) if profile["activity"] in CLASSES]
    if not seen:
        return None
    best = min(CLASSES.index(profile["activity"]) for profile in seen)
    return max(
        (profile for profile in seen if CLASSES.index(profile["activity"]) == best),
        key=lambda profile: profile.get("last_post") or "",
    )


def unseen_profiles(social: Finding) -> list[Profile]:
    """Those of whose posts nothing could be seen."""
    return [profile for profile in looked_profiles(social) if profile["activity"] == UNSEEN]


def evidence_of(finding: Finding) -> list[Mapping[str, Any]]:
    """A finding's evidence, and what its activity stands on."""
    best = best_profile(finding) if "profiles" in finding else None
    return [*(finding.get("evidence") or ()), *((best or {}).get("activity_evidence") or ())]


def values_of(social: Finding) -> dict[str, str | int | dt.date | None]:
    """The facts on posting under machine names; nothing where the round did not look."""
    profiles = looked_profiles(social)
    if not profiles:
        return {}
    best = best_profile(social) or {}
    unseen = unseen_profiles(social)
    observers = dict.fromkeys(str(profile["observed_by"]) for profile in profiles if profile.get("observed_by"))
    return {
        "social_posting_network": best.get("network"),
        "social_posting_url": best.get("url"),
        "social_newest_post": _day(best.get("last_post")),
        "social_posts_30d": best.get("posts_30d"),
        "social_observed_on": _day(best.get("observed_on")),
        "social_observed_by": clean(best["observed_by"]) if best.get("observed_by") else None,
        "social_observers": "; ".join(clean(by) for by in observers) or None,
        "social_unseen_networks": " ".join(sorted({profile["network"] for profile in unseen})) or None,
        "social_unseen_reasons": " ".join(sorted({str(profile["activity_reason"]) for profile in unseen})) or None,
    }


def profile_line(profile: Profile, texts: Texts) -> str:
    """What is said of one profile, its name left out."""
    lang: Any = texts.lang  # az, en or ru: the languages of both
    return clean("; ".join(lines_of(profile, lang, say_day=texts.date)))


def cell_lines(social: Finding, texts: Texts) -> Iterator[str]:
    """The lines of a table's cell: the profile that the activity is known by, and those that could not be seen."""
    best, unseen = best_profile(social), unseen_profiles(social)
    if best is not None:
        lang: Any = texts.lang
        said = lines_of(best, lang, say_day=texts.date, with_age=False)
        yield clean(f"{_network(best, texts)}: {'; '.join(said)}")
    by_reason: dict[str, list[str]] = {}
    for profile in unseen:
        by_reason.setdefault(str(profile["activity_reason"]), []).append(_network(profile, texts))
    for reason, networks in by_reason.items():
        named = ", ".join(dict.fromkeys(networks))
        yield clean(f"{named}: {texts.unseen_because.format(reason=reason_said(reason, texts.lang))}")


def reason_said(reason: str, lang: str) -> str:
    """Why a profile could not be seen, in words."""
    known: Any = lang
    return load_rules().word("reasons", reason, known)


def rule_said(lang: str) -> str:
    """What makes a profile active, moderate, weak or stopped, in words."""
    return str(getattr(load_rules().why, lang))


def _network(profile: Profile, texts: Texts) -> str:
    return texts.networks.get(profile["network"], str(profile["network"]))


def _day(told: str | None) -> dt.date | None:
    return dt.date.fromisoformat(told) if told else None
