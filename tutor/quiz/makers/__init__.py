"""The makers of items: each turns a subject of the notes into items of one kind, best first.

A maker yields the same item with other wrong options as long as there are any, so that what a gate
finds wrong with the options can be mended.
"""
