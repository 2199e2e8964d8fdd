"""What is Amazon's on the network, in data that programs in other languages read as well."""
