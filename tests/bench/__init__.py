"""What `make bench` measures. These machines are noisy: read the ratios, taken in one run."""
