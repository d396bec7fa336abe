"""How does the spider behave: who does it say it is, how fast does it go, and when does it stop?"""

from dataclasses import dataclass

# A phone that any site of the last ten years knows for one.
_PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)


_DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@dataclass(frozen=True)
class Manners:
    """`delay_s` 0 is for sites of our own only. `contact`: where a site's owner can write to us."""

    user_agent: str = "saytmetr/0.1"
    page: str | None = None  # about this program, for those who find it in their logs
    contact: str | None = None
    delay_s: float = 1.0
    budget_pages: int = 60
    timeout_s: float = 20.0
    proxy: str | None = None
    concurrency: int = 128  # sites visited at a time; each has one request under way
    late_look: bool = True  # at a home page that failed in a way that may pass, when the others have been visited
    canaries: tuple[str, ...] = ()  # addresses that answer whenever our own line is in order
    share_silent: float = 0.3  # of the visits under way; when more fall silent together, our own line is looked at
    patience_s: float | None = None  # how long a round waits for its own line; None: two minutes (3 s at `delay_s` 0)
    browser: bool = False  # pages that show nothing without their scripts are looked at in one
    hours: tuple[int, int] | None = None  # of the day in Baku in which requests go out, e.g. (22, 6); None: any

    @property
    def agent(self) -> str:
        about = self._about
        return f"{self.user_agent} ({about})" if about else self.user_agent

    @property
    def phone_agent(self) -> str:
        """Answered as a phone is, and honest all the same."""
        return self._compatible(_PHONE)

    @property
    def desktop_agent(self) -> str:
        """What scripts of a page are told of their browser."""
        return self._compatible(_DESK)

    def _compatible(self, agent: str) -> str:
        return f"{agent} (compatible; {'; '.join(filter(None, [self.user_agent, self._about]))})"

    @property
    def _about(self) -> str:
        return "; ".join(filter(None, [f"+{self.page}" if self.page else None, self.contact]))

    @property
    def second_look_s(self) -> float:
        """How long a host gets to recover before it is asked again."""
        return max(self.delay_s, 2.0) if self.delay_s else 0.5

    @property
    def late_look_s(self) -> float:
        return max(30.0, 10 * self.delay_s) if self.delay_s else 3.0

    @property
    def settle_s(self) -> float:
        """How long a failure is held before it is believed: others may fail in the same moment."""
        return max(1.0, self.delay_s) if self.delay_s else 0.3

    @property
    def longest_pause_s(self) -> float:
        if self.patience_s is not None:
            return self.patience_s
        return 120.0 if self.delay_s else 3.0

    @property
    def visit_cap_s(self) -> float:
        return max(600.0, 3 * self.budget_pages * self.delay_s)
