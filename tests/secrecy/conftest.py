"""The scene of the offers serves here too: a launched market, two suppliers, both databases."""

from tests.offers.conftest import stage as stage
