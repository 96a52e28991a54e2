"""The screens: paired devices, the register of them in a worker, and what they are steered to."""
