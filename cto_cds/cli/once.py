"""A command that refuses an option given twice, where the first would be lost without a word."""

from __future__ import annotations

import typer
from typer.core import TyperCommand, TyperOption


class OnceCommand(TyperCommand):
    """A command each option of which counts once, unless it takes several values."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Typer names its own context type in no public module
        """Read the arguments.

        Raises:
            typer.BadParameter: An option with a value stands there twice.
        """
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for option in given:
            if not isinstance(option, TyperOption) or option.multiple or option.is_flag:
                continue
            if given.count(option) > 1:
                message = "it is given more than once, and one would be lost; give it once"
                raise typer.BadParameter(message, ctx=ctx, param=option)
        return super().parse_args(ctx, args)
