"""The program `maldongmu`: the service's own commands, with `data` and `model` beside them."""

import typer

app = typer.Typer(no_args_is_help=False)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
