"""The SP-API, one package or module per API, each with its schemas beside it; none leans on another."""
