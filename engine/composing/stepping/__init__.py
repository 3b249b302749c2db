"""How a batch of streams is read by the network, one token of each at a time."""
