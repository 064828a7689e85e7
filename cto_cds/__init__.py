"""Rules as code for planning the opening of chronic total coronary occlusions."""

__version__ = "0.1.0"
