"""Fixtures for every test. The pure core's tests need none of them."""

pytest_plugins = ["tests.redis_fixture"]
