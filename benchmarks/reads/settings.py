"""The product's settings, with the floor's routes added to its own."""

from monitor import settings as product

globals().update(
    {name: value for name, value in vars(product).items() if name.isupper()}
)
ROOT_URLCONF = "benchmarks.reads.floor"
