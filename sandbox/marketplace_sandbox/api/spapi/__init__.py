"""The SP-API, one package or module per API, each with its schemas beside it; none leans on another.

Schemas map plain values to the platform's fields; a value of None leaves its field out. Dates are whole seconds and
amounts are text, as the platform sends them.
"""
