"""The HTTP tools: REST under /api, OpenAI's API under /v1, agents under /mcp, and the page at /, in one process."""
