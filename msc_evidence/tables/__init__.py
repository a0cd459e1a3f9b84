"""From trials to tables: columns and rows at full precision, and the words around them."""
