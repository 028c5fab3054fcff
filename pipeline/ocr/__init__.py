"""Text recognition: one interface (`engine`), PaddleOCR behind it (`paddle`), and recordings of it.

`models` fetches and checks the pinned networks, `ctc` holds the pure steps around the recogniser,
`partly` cuts out what of a line is read again, `check` tells whether the engine works on this
machine.
"""
