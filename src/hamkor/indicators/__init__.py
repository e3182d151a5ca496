"""One function, one indicator: numbers with their intervals in, a number with its interval out."""
