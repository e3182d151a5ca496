"""Run Hamkor as ``python -m hamkor``."""

from hamkor.cli import main

main()
