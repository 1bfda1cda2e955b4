"""A mail server at the wire, on a free port of loopback: what smtplib speaks, STARTTLS and refusals.

Here: the server. Not here: promises.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread


@dataclass
class PostOffice:
    """A server that takes mail, over STARTTLS only where it has a `context`; `refuses` is its answer to any sender."""

    context: ssl.SSLContext | None = None
    refuses: str | None = None
    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client to its farewell."""
        encrypted = False

        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 post office")
        with suppress(ConnectionError, ssl.SSLError):
            while line := (await reader.readline()).decode().strip():
                word = line.split()[0].upper()
                if word == "EHLO":
                    await say("250-post office")
                    await say("250 STARTTLS" if self.context and not encrypted else "250 8BITMIME")
                elif word == "STARTTLS" and self.context:
                    await say("220 go ahead")
                    await writer.start_tls(self.context)
                    encrypted = True
                elif word == "MAIL" and self.refuses:
                    await say(self.refuses)
                elif word == "DATA":
                    await say("354 speak")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    self.taken.append(message_from_bytes(content[:-3], policy=policy.default))
                    self.encrypted.append(encrypted)
                    await say("250 taken")
                elif word == "QUIT":
                    await say("221 farewell")
                    break
                else:
                    await say("250 very well")
            writer.close()


@contextmanager
def post_office(context: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """Lend a mail server."""
    office, ready, loop = PostOffice(context), Event(), asyncio.new_event_loop()
    closing = asyncio.Event()

    async def serve() -> None:
        async with await asyncio.start_server(office.talk, "127.0.0.1", 0) as server:
            office.port = server.sockets[0].getsockname()[1]
            ready.set()
            await closing.wait()

    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(closing.set)
        thread.join()
        loop.close()
