"""The SP-API's words: how things are spelt on the wire, one module per API. The only place that knows them.

Schemas map plain values to the platform's fields; a value of None leaves its field out. What a status or a token
shows is settled before. Dates are whole seconds and amounts are text, as the platform sends them.
"""
