"""What an office makes of articles: tables, briefs, timelines, comparisons, key points, digests. Each is quoted, none needs a model."""
