"""A llama.cpp server in a process of its own: `python second_server.py MODEL.gguf CONTEXT [KEY]` prints its address."""

import sys

import xllamacpp

path, context, *keys = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = path
params.n_ctx = int(context)
params.n_parallel = 1
params.n_gpu_layers = 0
params.verbosity = -1
params.hostnames = ["127.0.0.1"]
params.port = 0
params.api_keys = keys
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
