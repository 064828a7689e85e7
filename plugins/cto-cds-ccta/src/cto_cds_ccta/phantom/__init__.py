"""Synthetic CT of an occluded vessel with known truth.

Nothing here knows the measuring code: a phantom is drawn from its design alone, so that a
measurement can be held to it.
"""
