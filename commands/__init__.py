"""The commands, a module each; with cli.py the only code that prints or exits."""
