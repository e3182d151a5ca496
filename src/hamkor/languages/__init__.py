"""One TOML file a language: messages, number grammar, plural forms, names; the file is found, nothing else is edited."""
