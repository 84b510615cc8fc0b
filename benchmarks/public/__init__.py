"""The public set: articles of our own on published facts, questions, claims and files made of them. See README.md."""
