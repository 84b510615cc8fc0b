"""Files that users take away: Word, HTML."""
