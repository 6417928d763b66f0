"""What does the person at the keyboard see, decide about and delete of what is kept?"""

import asyncio
from pathlib import Path

from bot import own_data_texts as texts
from bot.curation import CONSENT_TEXT, Curation
from bot.database.engine import Sessions
from bot.database.forgetting import Forgotten
from bot.database.people import Speaker
from bot.forgetting import Forgetting
from bot.own_data import write_own_data

DECISIONS = {
    "on": {"may_train": True, "is_14_or_older": True},
    "off": {"may_train": False, "is_14_or_older": False},
    "keep": {"may_keep": True},
    "nothing": {"may_keep": False},
}
DATA_FILE = "mydata.json"


class TerminalOwnData:
    """The words after /privacy, /mydata and /forget."""

    def __init__(self, sessions: Sessions, curation: Curation, forgetting: Forgetting, owner: Speaker) -> None:
        self._sessions = sessions
        self._curation = curation
        self._forgetting = forgetting
        self._owner = owner

    async def decide_privacy(self, wanted: str) -> str:
        if wanted in DECISIONS:
            await self._curation.decide_consent(self._owner, **DECISIONS[wanted])
        state = texts.privacy(await self._curation.consent_of(self._owner))
        return state if wanted in DECISIONS else "\n\n".join([CONSENT_TEXT, state, texts.TERMINAL_PRIVACY])

    async def write(self, wanted: str) -> str:
        path = Path(wanted or DATA_FILE)
        try:
            is_anything_kept = await write_own_data(self._sessions, self._owner.platform, self._owner.user_id, path)
        except FileExistsError:
            return f"{path} 파일이 이미 있어요. 다른 이름을 적어 주세요. 예: /mydata 내이야기.json"
        except OSError as error:
            return f"{path} 파일을 쓸 수 없어요 ({error.strerror}). 다른 곳을 적어 주세요. 예: /mydata 내이야기.json"
        if not is_anything_kept:
            return texts.NOTHING_KEPT
        return f"{texts.MY_DATA} {await asyncio.to_thread(path.absolute)}"

    async def forget(self, wanted: str) -> str:
        match wanted:
            case "turn":
                turn_id = await self._forgetting.last_turn_id(self._owner)
                if turn_id is None:
                    return texts.FORGET_NOT_FOUND
                forgotten = await self._forgetting.forget_turn(self._owner, turn_id)
                return await self._finish(forgotten, texts.turn_forgotten(forgotten))
            case "everything":
                gone = await self._forgetting.forget_everything(self._owner.platform, self._owner.user_id)
                return await self._finish(gone, texts.everything_forgotten(gone))
            case _:
                return texts.TERMINAL_FORGET

    async def _finish(self, forgotten: Forgotten | None, said: str) -> str:
        """At once: perhaps no service comes by."""
        await self._forgetting.finish()
        is_model_asked = forgotten is not None and forgotten.is_serving_tainted
        return f"{said}\n{texts.TERMINAL_CLEAN_MODEL}" if is_model_asked else said
