"""What people asked and judged: conversations and feedback."""
