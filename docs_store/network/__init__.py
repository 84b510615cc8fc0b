"""Calls over the network: endpoints of models, and proxies."""
