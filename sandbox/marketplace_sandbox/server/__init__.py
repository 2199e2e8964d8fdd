"""The composition: store, sellers, courier and app put together and put on a socket. Decides nothing itself."""
