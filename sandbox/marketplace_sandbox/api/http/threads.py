"""Threads that calls run in. They are daemons: one that is long at work does not keep the process from ending."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import Any, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_Work = tuple["Future[Any]", Callable[[], Any]]


class Threads(Executor):
    """At most so many threads, begun when they are needed. The standard library's pool is waited for at the end."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._work: SimpleQueue[_Work | None] = SimpleQueue()
        self._idle = Semaphore(0)
        self._lock = Lock()
        self._begun = 0
        self._closed = False

    def submit(
        self, call: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> "Future[Result]":
        """Have a call made in a thread. Raises RuntimeError once there are none any more."""
        future: Future[Result] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("The threads have been let go.")
            self._work.put((future, lambda: call(*args, **kwargs)))
            if not self._idle.acquire(blocking=False) and self._begun < self._most:
                self._begun += 1
                Thread(target=self._run, name=f"{self._name}-{self._begun}", daemon=True).start()
        return future

    async def run(self, call: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """The result of a call that is made in a thread, waited for without one."""
        return await asyncio.wrap_future(self.submit(call, *args, **kwargs))

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = True) -> None:  # noqa: ARG002  (nobody waits here)
        """Let the threads go. Those at work end with it, and what no thread has begun is not done."""
        with self._lock:
            self._closed = True
            while cancel_futures:
                try:
                    left = self._work.get_nowait()
                except Empty:
                    break
                if left is not None:
                    left[0].cancel()
            for _ in range(self._begun):
                self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            future, call = work
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as problem:  # noqa: BLE001  (it is raised where the result is asked for)
                    future.set_exception(problem)
                else:
                    future.set_result(result)
            del work, future, call
            self._idle.release()
