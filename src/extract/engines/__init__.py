"""Engines decide where the row of stages runs; what comes out is the same bytes whichever it was."""


class EngineError(Exception):
    """An engine that cannot be used as asked; the message says what would be right."""
