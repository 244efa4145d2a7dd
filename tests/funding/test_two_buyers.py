"""Two people at once: exactly one passes, and nothing is lost (acceptance 18)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sad.funding import queries, service
from sad.funding.tables import Movement
from sad.kernel.errors import Refusal
from sad.kernel.ids import uuid7
from tests.funding.scene import Scene, engage, euros, line_input, make_scene
from tests.support.cast import Cast


def at_once(number: int, press: Callable[[int], object]) -> list[str]:
    """What each of `number` people pressing together got: `done`, or the refusal's code."""
    start = Barrier(number)

    def one(index: int) -> str:
        start.wait()
        try:
            press(index)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(number) as pool:
        return sorted(pool.map(one, range(number)))


def _scene(work, cast: Cast, overshoot: str) -> Scene:
    with work(cast.actor("officer")) as w:
        return make_scene(w, overshoot)


def _reserve(work, cast: Cast, scene: Scene, amount: int) -> None:
    with work(cast.actor("buyer")) as w:
        service.reserve(
            w,
            funding_line_id=scene.line,
            envelope_id=scene.seats,
            ht=euros(amount),
            ttc=euros(amount),
            market_id=uuid7(),
            cause=f"market:{uuid7()}",
        )


def test_together_above_the_line(work, cast: Cast) -> None:
    scene = _scene(work, cast, "warn")
    got = at_once(2, lambda _: _reserve(work, cast, scene, 110_000))
    assert got == ["done", "funding.line_exceeded"]
    with work(cast.actor("officer")) as w:
        assert queries.line(w, scene.line).available == 9_000_000


def test_together_above_an_envelope_that_blocks(work, cast: Cast) -> None:
    scene = _scene(work, cast, "block")
    got = at_once(6, lambda _: _reserve(work, cast, scene, 25_000))
    assert got == ["done"] * 2 + ["funding.envelope_exceeded"] * 4


def test_undone_twice_at_once(work, cast: Cast) -> None:
    scene = _scene(work, cast, "warn")
    with work(cast.actor("officer")) as w:
        engagement = engage(w, scene, 1_000)

    def press(index: int) -> None:
        with work(cast.actor("officer")) as w:
            service.reverse(w, engagement.id, "Erreur", f"undo:{index}")

    assert at_once(4, press) == ["done"] + ["funding.already_reversed"] * 3


def test_crossed_moves_between_two_lines_all_pass(work, cast: Cast) -> None:
    scene = _scene(work, cast, "warn")
    with work(cast.actor("officer")) as w:
        other = service.create_line(
            w, line_input(scene.system, label="Travaux"), euros(1_000), f"vote:{uuid7()}"
        ).id

    def press(index: int) -> None:
        ends = (scene.line, other) if index % 2 else (other, scene.line)
        with work(cast.actor("officer")) as w:
            service.move_between_lines(
                w, *ends, euros(1), reference="DM", reason="x", cause=f"move:{index}"
            )

    assert at_once(6, press) == ["done"] * 6
    with work(cast.actor("officer")) as w:
        assert queries.line(w, other).voted == 100_000


def test_the_same_cause_at_once_writes_one_movement(work, cast: Cast) -> None:
    scene = _scene(work, cast, "warn")

    def press(_: int) -> None:
        with work(cast.actor("officer")) as w:
            service.allocate(w, scene.tables, euros(1), "act:one")

    assert at_once(6, press) == ["done"] * 6
    with work(cast.actor("officer")) as w:
        rows = queries.movements(w, scene.line).movements
        assert sum(row.kind == "allocation" for row in rows) == 3
        assert w.get(Movement, rows[0].id).seq == len(rows)
