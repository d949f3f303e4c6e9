"""Engines decide where the row of stages runs; what comes out is the same bytes whichever it was."""
