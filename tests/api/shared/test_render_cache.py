"""How much of what orders were rendered to is kept."""

from marketplace_sandbox.api.shared.render_cache import RenderCache
from tests.core.worlds import a_world, place


def test_all_is_forgotten_when_too_much_was_rendered() -> None:
    world, cache = a_world(), RenderCache(most_bytes=10)
    first, second = place(world), place(world)
    rendered = []

    def render(text: bytes) -> bytes:
        rendered.append(text)
        return text

    for order, key, text in ((first, 1, b"aaaa"), (second, 1, b"bbbb"), (first, 1, b"----"), (first, 2, b"cccc")):
        cache.get(order, key, lambda text=text: render(text))  # type: ignore[misc]  # each its own text
    assert rendered == [b"aaaa", b"bbbb", b"cccc"]
    assert cache.get(first, 2, lambda: render(b"----")) == b"cccc"
    assert cache.get(second, 1, lambda: render(b"dddd")) == b"dddd", "it was forgotten"
