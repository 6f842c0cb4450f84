"""The demonstration: the example of the agreement with some forty invented cases. Never for real people."""
