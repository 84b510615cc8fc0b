"""An index on a server that several processes share: change log, lease, replicas."""
