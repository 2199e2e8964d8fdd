"""HTTP: one OpenAPI document and one class per API, and the edge they share."""
