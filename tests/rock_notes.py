"""A small course about rocks, tidy and untidy, that retrieval and grounding are tested on."""

from __future__ import annotations

from tutor.ingestion.chunker import split
from tutor.schema import Chunk, Note, Passage

ROCKS = """\
# Rocks

## What is a rock?

A **rock** is a solid mass of minerals that formed naturally. Geologists sort rocks by the way in
which they came to be. It can be as small as a grain of sand.

## Types of rock

There are three types of rock:

1. **Igneous rock:**
   - Forms when magma cools. Granite is an example.
2. **Sedimentary rock:**
   - Forms when layers of sand and mud are pressed together.
3. **Metamorphic rock:**
   - Forms when heat and pressure change another rock.

## The rock cycle

Every kind of rock can become every other kind. The cycle takes about 200 million years. Charles
Lyell described it in 1830. Erosion breaks rocks down, and burial turns the debris into new rock.

## Collecting rocks

How to clean a find:

1. Brush the dust off.
2. Wash it in water with a drop of vinegar.
3. Let it dry for two days.

Read a catalogue of finds with this code:

```python
import csv

finds = list(csv.DictReader(open("finds.csv")))
```
"""

VOLCANOES = (
    "**1. Volcanoes and Lava** - **Shield Volcano**: A wide, flat volcano built by runny lava. "
    "*Example*: Mauna Loa on Hawaii. - **Stratovolcano**: A steep volcano built by layers of ash "
    "and thick lava. *Example*: Mount Fuji. - **Lava Types**: - **Pahoehoe**: Smooth lava that "
    "flows like honey. - **Aa**: Rough lava that tears the soles off boots. **2. Eruptions** - "
    "**Warning Signs**: - Small earthquakes below the mountain. - Gas rising from the crater. - "
    "**Dangers**: - Ash clouds that stop aircraft. - Mud flows down the valleys. Some people who "
    "live close to a fiery mountain keep a bag packed by the door."
)

GEMS = """\
Gem\tHardness\tColour
Diamond\t10\tclear
Ruby\t9\tred
Quartz\t7\tmany
"""


def chunks() -> list[Chunk]:
    """Return the chunks of the whole course."""
    notes = [
        Note("rocks.md", "Rocks", ROCKS, "1"),
        Note("volcanoes.txt", "Volcanoes", VOLCANOES, "2"),
        Note("gems.txt", "Gems", GEMS, "3"),
        Note("copy.md", "Copy", ROCKS.split("## Collecting")[0], "4"),
    ]
    return [chunk for note in notes for chunk in split(note, "geology")]


def passage(text: str, heading: tuple[str, ...] = (), score: float = 1.0) -> Passage:
    """Return a passage that stands on line 1 of a note."""
    end = 1 + text.count("\n")
    return Passage("rocks.md", "geology", heading, text, 1, end, None, ("id",), score, 0.6)
