"""Grade sheets that other programs build, edit and read: `make interop`. Not part of `make test`."""
