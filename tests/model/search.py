"""Looking at every state that can be reached, breadth first, so that the first mistake found is reached in the fewest steps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.model.protocol import Rules, State, is_delivered, start, steps, wrong


@dataclass
class Found:
    """`problem` is "" when nothing is wrong; `trace` leads from the beginning to it, one step a line."""

    states: int
    transitions: int
    problem: str = ""
    trace: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.problem:
            return f"{self.states} states, {self.transitions} steps between them: nothing wrong"
        lines = (f"  {number:2}. {line}" for number, line in enumerate(self.trace, 1))
        return "\n".join([self.problem, *lines])


def search(rules: Rules) -> Found:
    """Look at every state. A state must not be wrong, and delivery must be reachable from it without luck or new faults."""
    first = start(rules)
    numbers: dict[State, int] = {first: 0}
    came_from: list[tuple[int, str]] = [(0, "")]
    before: list[list[int]] = [[]]
    delivered: list[int] = [0]
    queue = deque([first])
    transitions = 0

    def found(problem: str, number: int) -> Found:
        trace: list[str] = []
        while number:
            number, what = came_from[number]
            trace.append(what)
        return Found(len(numbers), transitions, problem, trace[::-1])

    while queue:
        state = queue.popleft()
        here = numbers[state]
        for step in steps(state, rules):
            transitions += 1
            after = step.state
            there = numbers.get(after)
            if there is None:
                there = numbers[after] = len(came_from)
                came_from.append((here, step.what))
                before.append([])
                if problem := wrong(after):
                    return found(problem, there)
                if is_delivered(after):
                    delivered.append(there)
                queue.append(after)
            if not step.fault:
                before[there].append(here)

    hopeful = bytearray(len(came_from))
    reached = delivered
    while reached:
        fresh = {number for number in reached if not hopeful[number]}
        for number in fresh:
            hopeful[number] = 1
        reached = [earlier for number in fresh for earlier in before[number] if not hopeful[earlier]]
    stuck = hopeful.find(0)
    return found("from here on nothing is ever delivered", stuck) if stuck >= 0 else found("", 0)
