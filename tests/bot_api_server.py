"""How does a test's Bot API server take, check and answer requests, and fail when told to?"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from tests.bot_api_schema import RequestCheck, schema

GUARD_SECONDS = 90  # no test waits longer; what it waits for is an event, so a good run never gets near


class Call(NamedTuple):
    method: str
    params: dict[str, Any]
    files: dict[str, bytes]


class RefusedError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Fault:
    """What the next requests of a method meet instead of, or before, the real answer."""

    method: str  # "*" is any
    times: int
    status: int | None = None
    retry_after: int | None = None  # seconds
    is_dropped: bool = False  # True: the connection breaks and no answer is sent
    is_carried_out: bool = False  # True: the request is obeyed all the same, only its answer is lost
    delay_seconds: float = 0.0
    gate: asyncio.Event | None = None  # the request waits until it is set

    @property
    def parameters(self) -> dict[str, int]:
        return {"retry_after": self.retry_after} if self.retry_after else {}


@dataclass
class BotApiServer:
    """The wire; what each method does stands in the class built on it, as call_send_message and so on."""

    token: str = "123456:TEST-token"
    url: str = ""
    calls: list[Call] = field(default_factory=list)  # every well-formed request, also one that met a fault
    violations: list[str] = field(default_factory=list)  # what Telegram would never accept
    refusals: list[RefusedError] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # set, and replaced, whenever anything happens

    def fail_next(self, method: str = "*", times: int = 1, **fault: Any) -> Fault:
        """fail_next("sendMessage", status=429, retry_after=1), or is_dropped=True, and so on."""
        self.faults.append(Fault(method, times, **fault))
        return self.faults[-1]

    def delay_next(self, method: str, times: int = 1, *, seconds: float) -> None:
        self.fail_next(method, times, delay_seconds=seconds, is_carried_out=True)

    def hold_next(self, method: str, times: int = 1) -> asyncio.Event:
        """The next requests of the method are kept waiting until the event is set."""
        gate = asyncio.Event()
        self.fail_next(method, times, gate=gate, is_carried_out=True)
        return gate

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def wait_until(self, is_so: Callable[[], Any]) -> Any:
        """Looks again after each request and each answer; returns what made it true."""
        try:
            async with asyncio.timeout(GUARD_SECONDS):
                while not (found := is_so()):
                    assert not self.violations, self.violations
                    await self.changed.wait()
                return found
        except TimeoutError:
            last = [(call.method, call.params) for call in self.calls[-10:]]
            raise AssertionError(f"It never came. Asked last: {last}") from None

    async def wait_for_call(self, method: str, count: int = 1) -> Call:
        return await self.wait_until(lambda: next(iter(self.calls_of(method)[count - 1 :]), None))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response({"ok": True, "result": await self._obey(request)})
        except RefusedError as refused:
            self.refusals.append(refused)
            answer = {"ok": False, "error_code": refused.status, "description": str(refused)}
            answer |= {"parameters": refused.parameters} if refused.parameters else {}
            return web.json_response(answer, status=refused.status)
        except ConnectionResetError:
            if request.transport:
                request.transport.abort()
            return web.Response()
        finally:
            self.tell()

    async def _obey(self, request: web.Request) -> Any:
        method, token = request.match_info["method"], request.match_info["token"]
        if token != self.token:
            raise RefusedError(401, "Unauthorized")
        call = await self._read(method, request)
        self.calls.append(call)
        self.tell()
        fault = self._next_fault(method)
        if fault.gate:
            await fault.gate.wait()
        await asyncio.sleep(fault.delay_seconds)
        result = None
        if fault.is_carried_out:
            result = getattr(self, handler_name(method))(**call.params)
            result = await result if asyncio.iscoroutine(result) else result
        if fault.is_dropped:
            raise ConnectionResetError
        if fault.status:
            description = "Too Many Requests: retry later" if fault.status == 429 else "Internal Server Error"
            raise RefusedError(fault.status, description, **fault.parameters)
        return result

    async def _read(self, method: str, request: web.Request) -> Call:
        if method not in schema()["methods"]:
            raise self._violation(404, f"{method} is no method of the Bot API", "Not Found")
        if not hasattr(self, handler_name(method)):
            raise self._violation(501, f"{method} is not known to this double", "Not Implemented")
        fields, files = await read_body(request)
        check = RequestCheck({name: content for name, (_, content) in files.items()})
        params = check.read(method, fields)
        if check.problems:
            wrong = "; ".join(check.problems)
            raise self._violation(400, f"{method}: {wrong}", f"Bad Request: {wrong}")
        return Call(method, params, dict(files.values()))

    def _violation(self, status: int, what: str, description: str) -> RefusedError:
        self.violations.append(what)
        return RefusedError(status, description)

    def _next_fault(self, method: str) -> Fault:
        for fault in self.faults:
            if fault.times > 0 and fault.method in ("*", method):
                fault.times -= 1
                return fault
        return Fault(method, 0, is_carried_out=True)

    def tell(self, failure: BaseException | None = None) -> None:
        """Lets everyone who waits look again; a failure of the bot's process ends their waiting."""
        self.violations += [f"the bot stopped: {failure!r}"] if failure else []
        self.changed.set()
        self.changed = asyncio.Event()


def handler_name(method: str) -> str:
    return "call_" + re.sub(r"(?=[A-Z])", "_", method).lower()


async def read_body(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Fields, and files as (file name, content), of a query, a JSON, a form or a multipart body."""
    fields: dict[str, Any] = dict(request.query)
    files = {}
    if request.content_type == "application/json":
        fields |= json.loads(await request.text())
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                fields[name] = value
    return fields, files
