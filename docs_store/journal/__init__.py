"""What people asked, judged, had made and put aside: conversations, feedback, pieces, folders, shares."""
