"""Figures printed in prose and tables: finding them, and checking them against each other and the records."""
