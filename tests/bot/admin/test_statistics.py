"""The last days in Telegram: a picture and the sums under it."""

from bot.database.engine import Sessions
from bot.database.tables import Rating, Turn
from tests.bot.admin.team import CURATOR, ask, rows
from tests.fake_bot_api import FakeBotApi


async def test_stats_come_as_a_picture_with_the_sums_under_it(served: FakeBotApi, sessions: Sessions) -> None:
    for number in (1, 2):
        await ask(served, served.person(number), "안녕")
    async with sessions.begin() as session:
        first = await session.get_one(Turn, 1)
        session.add(Rating(turn_id=1, person_id=first.person_id, value=-1))
    served.person(CURATOR).send("/stats")
    call = await served.wait_for_call("sendPhoto")
    [picture] = call.files.values()
    assert picture.startswith(b"\x89PNG")
    for part in ("대화 2번, 사람 2명, 대답하지 못한 말 0번", "👍 0  👎 1", "절반은 ", "새 대화 2"):
        assert part in call.params["caption"]
    assert len(await rows(sessions, Turn)) == 2  # asking for them is no talk
