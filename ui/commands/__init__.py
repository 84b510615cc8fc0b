"""The subcommands of `guanchao`, a module each; `ui.cli` puts them together."""
