"""The interfaces: page, HTTP API, command line, MCP server, exports."""
