"""Keys, connections, leases, the action stream, the domain's clock."""
