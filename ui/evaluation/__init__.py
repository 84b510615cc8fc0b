"""What `guanchao eval` leaves behind: a folder that a run resumes from, a page for people, JSON and CSV."""
