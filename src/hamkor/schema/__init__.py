"""What each table is: columns, units, keys; codes of economies, products and currencies; provenance. Imports nothing of ours."""
