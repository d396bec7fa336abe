"""How does the spider behave: who does it say it is, how fast does it go, and when does it stop?"""

from dataclasses import dataclass

# A phone that any site of the last ten years knows for one.
_PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)


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

    @property
    def agent(self) -> str:
        about = self._about
        return f"{self.user_agent} ({about})" if about else self.user_agent

    @property
    def phone_agent(self) -> str:
        """Answered as a phone is, and honest all the same."""
        return f"{_PHONE} (compatible; {'; '.join(filter(None, [self.user_agent, self._about]))})"

    @property
    def _about(self) -> str:
        return "; ".join(filter(None, [f"+{self.page}" if self.page else None, self.contact]))

    @property
    def second_look_s(self) -> float:
        """How long a host gets to recover before it is asked again."""
        return max(self.delay_s, 2.0) if self.delay_s else 0.5

    @property
    def visit_cap_s(self) -> float:
        return max(600.0, 3 * self.budget_pages * self.delay_s)
