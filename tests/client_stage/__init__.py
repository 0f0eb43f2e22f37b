"""What generated clients are tried on: real servers over real and hostile data.

`python -m tests.client_stage` is the process that npm's test runners start; see
`__main__`.
"""
