"""An index in a folder of this machine: ledger, lexical index, vectors."""
