"""From a `Question` to passages: candidates, features, the learned reranker, grouping of reposts."""
