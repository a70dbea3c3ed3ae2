-- What moves is found by where it stood and when (stock_ledger_by_shelf); an index of the same by number was written with each of its rows and told no more.
DROP INDEX stock_ledger_by_sku;
