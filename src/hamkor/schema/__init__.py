"""What each table is: columns, units, keys; codes of economies, products, currencies; provenance. Imports nothing of ours."""
