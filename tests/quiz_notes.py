"""Notes for tests of the quiz: tidy, messy and unfit stretches, cut by the real chunker."""

from __future__ import annotations

import hashlib

from tutor.ingestion.chunker import split
from tutor.schema import Chunk, Note

NETWORKS = """\
# Computer networks

## Devices

A network is built from a few kinds of devices:

- **Router**: Forwards packets between different networks by their addresses.
- **Switch**: Connects the machines of one building and sends each frame to a single port.
- **Repeater**: Amplifies a weak signal so that it reaches farther along the cable.
- **Firewall**: Blocks traffic that breaks the rules of an organisation.

## Transport

A datagram is a message that travels without a connection being set up first. A handshake is the
exchange of three segments by which two hosts agree on their starting numbers. The repetition of a
segment whose receipt was never confirmed is called retransmission. A sliding window is a limit on
the bytes that may be under way before a receipt arrives.

It is slower. This makes them popular with programmers, as the figure above shows.

| Protocol | Port |
|----------|------|
| HTTP     | 80   |

```python
socket = connect("example.org", 80)
```

## Failures

- **Congestion**: Delaying or losing packets because a link is asked to carry too much.
  *Example*: Everybody in a lecture hall opens the same film at noon.
- **Spoofing**: Pretending to be another host by writing a false sender into packets.
  *Example*: Sending mail that seems to come from the bank.
- **Jamming**: Drowning a radio channel in noise so that nobody can use it.
  *Example*: Leaving a broken oven running beside the antenna.

## Summary

- **Advantages**: Fast and cheap for most purposes in small offices.
- **Advantages of cables**: Reliable over long distances in bad weather.
"""

GEOLOGY = (
    "Geology transcript **1. Kinds of rock** - **Granite**: Cools slowly deep under the surface and"
    " shows large crystals.\\ - **Basalt**: Cools quickly where lava meets air or water, with"
    " crystals too small to see. - **Sandstone**: Holds grains of an old beach or desert, cemented"
    " by minerals. - **Marble**: Forms when limestone is squeezed and heated without melting."
    " **2. Moving plates** - **Subduction**: Sliding of one plate under another, down into the"
    " mantle. - **Rifting**: Tearing of a continent along a valley that widens year by year."
    " - **Uplift**: Raising of land that was once under the sea, often by colliding plates."
)

COFFEE = """\
# Coffee

## Types of roast

- **Light Brown**: Ends right after the first crack of the beans.
- **Dark Chestnut**: Shows drops of oil on the surface of the beans.
- **Deep Black**: Tastes of smoke more than of the beans themselves.

## Types of grind

- **Soft Powder**: Feels like flour between two fingers.
- **Fine Sand**: Packs into a firm cake in the sieve of a machine.
- **Coarse Salt**: Looks like gravel and lets the water pass slowly.

## Steps of filtering

1. **Grind the beans**: A burr mill crushes them to grains of one size.
2. **Heat the water**: The kettle stops just short of boiling.
3. **Warm the pot**: Cold glass would take the heat out of the drink.
4. **Pour slowly**: Circles from the middle outwards wet every grain.

## History

- 1650: The first public coffee house of the country opens its doors.
- 1720: A captain carries a single plant across the ocean.
- 1901: An engineer of Milan has his steam machine patented.
"""

DAMAGED = """\
# Odds and ends

**Kettle**: Boils \x1b[31mwater\x1b[0m on a stove for a pot of strong tea.

[bold]Lamp[/bold]: Lights the desk of a reader far into the night.

Prism: Splits white light into colours, as Figure 3 on the slide shows.
"""


def chunks_of(text: str, source: str = "/notes/networks.md", course: str = "notes") -> list[Chunk]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return split(Note(source, source, text, digest), course)


def all_chunks() -> list[Chunk]:
    return [
        *chunks_of(NETWORKS),
        *chunks_of(GEOLOGY, "/notes/geology.txt"),
        *chunks_of(DAMAGED, "/notes/odds.md"),
    ]
