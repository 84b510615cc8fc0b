"""Kinds of document and what each states of itself: official documents, laws, news, posts, pages that are no article."""
