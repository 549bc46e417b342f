"""A month of a contact centre that does not exist: simulated, sent through the API, and shown in a tour."""
