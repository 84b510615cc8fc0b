"""The subcommands of `guanchao`, a room each; `ui.cli` puts them together."""
