"""The sub-commands of `gridwall`, by what people do with them."""
