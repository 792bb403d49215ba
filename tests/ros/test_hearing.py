"""Who speaks for the robot, and what the command loop is told of it."""

from types import SimpleNamespace

from pontine.ros.sources import REMEMBERED, Sources


def sources(*names: str) -> Sources:
    ends = [SimpleNamespace(node_namespace="/", node_name=name, endpoint_gid=name.encode())
            for name in names]  # fmt: skip
    return Sources(lambda: ends)


def test_one_publisher_has_no_rival_however_many_there_are_on_the_topic() -> None:
    heard = sources("robot", "fingers")
    assert not any(heard.hear(b"robot", 0.004 * k) for k in range(1000)) and not heard.rivals


def test_two_are_named_at_once_and_forgotten_after_a_while() -> None:
    heard = sources("robot", "stranger")
    heard.hear(b"robot", 0.0)
    assert heard.hear(b"stranger", 0.004) and heard.rivals == "/robot and /stranger"
    assert not heard.hear(b"robot", 0.008) and heard.rivals
    assert heard.hear(b"robot", 0.004 + REMEMBERED + 0.1) and not heard.rivals


def test_a_driver_that_was_started_again_is_alone_again_after_a_while() -> None:
    heard = sources("robot")
    heard.hear(b"old", 0.0)
    heard.hear(b"robot", 0.1)
    assert heard.rivals == "/robot and a node not known yet"
    heard.hear(b"robot", REMEMBERED + 0.2)
    assert heard.rivals == ""


def test_without_gids_every_publisher_of_the_topic_counts() -> None:
    heard = sources("robot", "stranger")
    assert heard.hear(b"", 0.0) and heard.rivals == "/robot and /stranger"
    alone = sources("robot")
    assert not alone.hear(b"", 0.0) and not alone.rivals
