"""Engines decide where the row of stages runs; what comes out is the same bytes whichever it was."""


class EngineError(Exception):
    """An engine cannot be used as asked, or a run cannot go on for a reason that no article gives; the message says
    what would be right."""
