"""What text is: one normal form, sentences, words, numerals and dates, shared by index, ingest and rag."""
